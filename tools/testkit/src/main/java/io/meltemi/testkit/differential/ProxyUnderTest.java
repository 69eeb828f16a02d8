package io.meltemi.testkit.differential;

import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.envoy.EnvoyBinary;
import io.meltemi.testkit.envoy.EnvoyProcess;
import java.io.IOException;

/// A proxy that runs on a static bootstrap: Envoy or ours. Confined to its test.
public interface ProxyUnderTest extends AutoCloseable {
    AdminClient admin();

    /// What it has to say when something takes too long.
    String log();

    @Override
    void close() throws IOException;

    /// Starts one on a bootstrap without `admin`, and waits until it is ready.
    @FunctionalInterface
    interface Launcher {
        ProxyUnderTest start(String bootstrap) throws IOException;
    }

    /// The real Envoy; skips or fails the calling test when there is none.
    static ProxyUnderTest envoy(String bootstrap) throws IOException {
        return envoyWith(bootstrap, "--file-flush-interval-msec", "20");
    }

    /// The same with options of its command line.
    static ProxyUnderTest envoyWith(String bootstrap, String... options) throws IOException {
        EnvoyProcess envoy = EnvoyProcess.start(EnvoyBinary.require(), bootstrap, options);
        return new ProxyUnderTest() {
            @Override
            public AdminClient admin() {
                return envoy.admin();
            }

            @Override
            public String log() {
                return envoy.log();
            }

            @Override
            public void close() throws IOException {
                envoy.close();
            }
        };
    }
}
