"""TOML to settings: reads the config file, checks every value, and hands on frozen settings."""

from quietdrop.config.file import find_config
from quietdrop.config.settings import Settings, SourceSettings, fingerprint, load

__all__ = ["Settings", "SourceSettings", "find_config", "fingerprint", "load"]
