package io.meltemi.pilot.scope;

import java.util.List;

/// Who sees a resource. Thread-safe: stateless.
final class ExportTo {
    private ExportTo() {}

    /// @param exportTo namespaces, `.` for the resource's own, `*` for all; empty: all
    /// @param home the resource's namespace
    /// @param viewer the namespace that asks
    static boolean isVisible(List<String> exportTo, String home, String viewer) {
        return exportTo.isEmpty()
                || exportTo.contains("*")
                || exportTo.contains(viewer)
                || (exportTo.contains(".") && home.equals(viewer));
    }
}
