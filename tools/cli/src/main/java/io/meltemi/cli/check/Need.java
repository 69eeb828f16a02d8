package io.meltemi.cli.check;

/// What a check cannot do without and not every mesh has.
public enum Need {
    PODS
}
