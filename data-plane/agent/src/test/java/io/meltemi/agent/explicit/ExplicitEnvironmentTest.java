package io.meltemi.agent.explicit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.net.HostPort;
import org.junit.jupiter.api.Test;

final class ExplicitEnvironmentTest {
    private final ExplicitEnvironment environment =
            new ExplicitEnvironment(new HostPort("127.77.0.2", 15001), 40001);

    @Test
    void programsAreToldTheProxyAndTheirPort() {
        assertThat(environment.variables(""))
                .containsEntry("http_proxy", "http://127.77.0.2:15001")
                .containsEntry("HTTP_PROXY", "http://127.77.0.2:15001")
                .containsEntry("no_proxy", "")
                .containsEntry("PORT", "40001")
                .containsEntry(
                        "JAVA_TOOL_OPTIONS",
                        "-Dhttp.proxyHost=127.77.0.2 -Dhttp.proxyPort=15001 -Dhttp.nonProxyHosts=");
    }

    @Test
    void theApplicationsOwnOptionsStayInFront() {
        assertThat(environment.variables("-Xmx24m").get("JAVA_TOOL_OPTIONS"))
                .startsWith("-Xmx24m -Dhttp.proxyHost=127.77.0.2");
    }
}
