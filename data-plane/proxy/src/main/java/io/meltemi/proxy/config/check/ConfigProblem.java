package io.meltemi.proxy.config.check;

/// One thing that is wrong with a resource. Immutable.
///
/// @param path the field, as in `virtual_hosts[2].routes[0].route.timeout`
/// @param reason what is wrong with its value, and what would be right
public record ConfigProblem(String path, String reason) {
    @Override
    public String toString() {
        return path.isEmpty() ? reason : path + ": " + reason;
    }
}
