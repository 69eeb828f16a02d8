package io.meltemi.xds.client;

/// Why a proxy refuses one resource. Immutable.
///
/// @param message names the path in the resource, the value and what to do
public record ResourceProblem(String name, String message, Cause cause) {
    /// Whose fault it is.
    public enum Cause {
        /// The resource's own.
        ITSELF,
        /// Another resource's of a response that is taken whole or not at all: the control plane is
        /// not told, so that it can see whom to leave out.
        ANOTHER
    }

    public ResourceProblem(String name, String message) {
        this(name, message, Cause.ITSELF);
    }
}
