"""Assessment to findings: what explains or accompanies a change."""
