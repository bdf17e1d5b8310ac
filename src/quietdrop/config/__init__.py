"""TOML to settings: reads the config file, checks every value, and hands on frozen settings."""

from quietdrop.config.file import find_config
from quietdrop.config.loading import fingerprint, load
from quietdrop.config.settings import Settings, SourceSettings

__all__ = ["Settings", "SourceSettings", "find_config", "fingerprint", "load"]
