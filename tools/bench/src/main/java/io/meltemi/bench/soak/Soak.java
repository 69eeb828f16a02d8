package io.meltemi.bench.soak;

import io.meltemi.bench.upstream.Http1Upstream;
import io.meltemi.testkit.AdminClient;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Plays one soak. Confined to its thread.
final class Soak {
    private static final String BOOTSTRAP =
            """
            admin: {address: {socket_address: {address: 127.0.0.1, port_value: ADMIN}}}
            node: {id: soak, cluster: soak}
            dynamic_resources:
              ads_config: {api_type: DELTA_GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: control}}]}
              cds_config: {ads: {}, resource_api_version: V3}
              lds_config: {ads: {}, resource_api_version: V3}
            static_resources:
              clusters:
              - name: control
                type: STATIC
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
                load_assignment:
                  cluster_name: control
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: CONTROL}}}
            """;

    private static final int BODY = 80;
    private static final Duration START = Duration.ofSeconds(60);
    private static final int END_SECONDS = 15;

    /// How many times memory is looked at; the first of them only warms up.
    private static final int LOOKS = 8;

    private final SoakSettings settings;
    private final Consumer<String> progress;

    /// What came of it.
    ///
    /// @param firstFailure in words; empty when none failed
    /// @param looks at memory, in equal distances from early to the end
    record Result(
            long good,
            long failed,
            String firstFailure,
            long reconnected,
            long repeated,
            int changes,
            List<Memory> looks) {
        /// By how much what lives in the heap grew from the second look to the last one.
        double heapGrowth() {
            return growth(looks.get(1).liveHeapKilobytes(), looks.getLast().liveHeapKilobytes());
        }

        /// The same for the whole process.
        double residentGrowth() {
            return growth(looks.get(1).residentKilobytes(), looks.getLast().residentKilobytes());
        }

        private static double growth(long from, long to) {
            return (double) to / from - 1;
        }
    }

    /// @param progress gets a line now and then
    Soak(SoakSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    Result play() throws IOException {
        Path bootstrap = Files.createTempFile("soak", ".yaml");
        int port = FreePort.onLoopback();
        AdminClient admin = new AdminClient(FreePort.onLoopback());
        try (Http1Upstream upstream = new Http1Upstream(BODY);
                SoakControl control = new SoakControl(port, upstream.port());
                SoakClients clients =
                        new SoakClients(port, settings.connections(), settings.perSecond())) {
            Files.writeString(
                    bootstrap,
                    BOOTSTRAP
                            .replace("ADMIN", Integer.toString(admin.port()))
                            .replace("CONTROL", Integer.toString(control.port())));
            Process proxy = start(bootstrap);
            try {
                control.begin();
                Deadline.await("readiness", START, admin::isReady, () -> "not ready");
                clients.start();
                return soak(proxy, control, clients);
            } finally {
                end(proxy);
            }
        } finally {
            Files.delete(bootstrap);
        }
    }

    private Result soak(Process proxy, SoakControl control, SoakClients clients)
            throws IOException {
        List<Memory> looks = new ArrayList<>();
        long begin = System.nanoTime();
        long length = settings.length().toNanos();
        int changes = 0;
        while (System.nanoTime() - begin < length) {
            control.change(++changes);
            pause(begin + changes * settings.changeEvery().toNanos());
            if (System.nanoTime() - begin >= length / LOOKS * (looks.size() + 1)) {
                Memory look = Memory.of(proxy.pid());
                looks.add(look);
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "%4d s: %d requests, %d failed, %d changes, heap %.1f MB, resident"
                                        + " %.1f MB",
                                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                                clients.good(),
                                clients.failed(),
                                changes,
                                look.liveHeapKilobytes() / 1024.0,
                                look.residentKilobytes() / 1024.0));
            }
        }
        return new Result(
                clients.good(),
                clients.failed(),
                clients.firstFailure(),
                clients.reconnected(),
                clients.repeated(),
                changes,
                looks);
    }

    private static Process start(Path bootstrap) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        // What a collection leaves in place is not counted as alive.
                        "-XX:MarkSweepDeadRatio=0",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakedProxy.class.getName(),
                        bootstrap.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void end(Process proxy) throws IOException {
        proxy.getOutputStream().close();
        try {
            if (!proxy.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                proxy.destroyForcibly();
            }
        } catch (InterruptedException e) {
            proxy.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the proxy was ending", e);
        }
    }

    private static void pause(long until) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(until - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
