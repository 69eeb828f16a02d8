package io.meltemi.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The demo where pods cannot be made.
@Timeout(240)
final class ExplicitModeTest {
    @TempDir Path home;

    /// The shop lets nobody in without mutual TLS, and each service only its own caller: an answer
    /// to /products, which the demo waits for, has passed three proven hops.
    @Test
    void theShopAnswersOnLoopbackWithMutualTls() throws Exception {
        Terminal terminal = Terminal.in(home);

        Process demo =
                terminal.start(
                        List.of("demo", "--check", "--interception", "explicit", "--only", "ca"));
        String output = Terminal.output(demo);

        assertThat(output)
                .contains("going on without pods (explicit mode)")
                .contains("the shop answered")
                .contains("ok      denied call: 403 RBAC: access denied")
                .contains("URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway")
                .contains("ok      application killed under load")
                .contains("skipped rules cannot be changed by the application: needs pods")
                .contains(" 0 failed");
        assertThat(demo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(terminal.leftovers()).isEmpty();
    }
}
