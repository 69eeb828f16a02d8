package io.meltemi.mixer.telemetry;

import io.meltemi.model.service.Workload;

/// What the standard metrics say of one side of a call. Immutable; `unknown` where nothing is
/// known.
///
/// @param principal the SPIFFE URI, when the connection proves it
record Side(String workload, String namespace, String principal, String app, String version) {
    static final String NOTHING = "unknown";

    static final Side UNKNOWN = new Side(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING);

    static Side of(Workload workload, String principal) {
        return new Side(
                workload.name(),
                workload.namespace(),
                principal.isEmpty() ? NOTHING : principal,
                orNothing(workload.app()),
                orNothing(workload.version()));
    }

    private static String orNothing(String text) {
        return text.isEmpty() ? NOTHING : text;
    }
}
