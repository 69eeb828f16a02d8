package io.meltemi.proxy.filter.dynamicforward;

/// What a route says of the host to look up: the text, or the header that has it; the other one is
/// empty. Immutable.
record HostChange(String literal, String header) {}
