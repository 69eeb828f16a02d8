package io.meltemi.cli.demo;

import io.meltemi.agent.intercept.PodSupport.Impossible;

/// What people are told when a mesh does without pods. Thread-safe: no state.
public final class ExplicitNotice {
    private static final String NOT_GIVEN =
            """
            going on without pods (explicit mode): applications are told their sidecar as HTTP proxy. Not given there:
              - protection from local processes: they reach an application's port on 127.0.0.1, and a sidecar's proxy port
              - TCP services: only HTTP is carried
              - programs that ignore proxies (http_proxy; for JVMs JAVA_TOOL_OPTIONS) go past the mesh\
            """;

    private ExplicitNotice() {}

    /// When it was asked for.
    public static String text() {
        return NOT_GIVEN;
    }

    /// When the machine leaves no choice.
    public static String text(Impossible why) {
        return "pods cannot be made here: " + why + "\n" + NOT_GIVEN;
    }
}
