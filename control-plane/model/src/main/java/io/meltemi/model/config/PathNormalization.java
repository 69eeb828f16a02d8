package io.meltemi.model.config;

/// What is done to the paths of requests before anybody decides about them (Istio:
/// `MeshConfig.pathNormalization`).
public enum PathNormalization {
    /// Nothing.
    NONE,
    /// RFC 3986: `..` and `.` are resolved, `\` becomes `/`.
    BASE,
    /// The same, and several slashes become one.
    MERGE_SLASHES,
    /// The same, and `%2F` and `%5C` are slashes too.
    DECODE_AND_MERGE_SLASHES
}
