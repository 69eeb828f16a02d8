package io.meltemi.model.service;

/// A port that callers use. Immutable.
public record ServicePort(String name, int number, Protocol protocol) {}
