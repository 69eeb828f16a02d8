package io.meltemi.model.diagnostic;

/// How bad a finding is; only an error keeps a configuration from taking force.
public enum Severity {
    INFO,
    WARNING,
    ERROR
}
