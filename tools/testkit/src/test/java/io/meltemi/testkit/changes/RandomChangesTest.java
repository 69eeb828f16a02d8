package io.meltemi.testkit.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.Chances;
import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.testkit.differential.ProxyUnderTest.Launcher;
import io.meltemi.testkit.xds.Bootstraps;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No request fails while services, subsets, weights, settings and instances change without a
/// pause: make before break, from Galley to the proxy.
///
/// `-Dchanges.count=N` makes N changes, `-Dchanges.seed=N` others; see `bin/random-changes`.
final class RandomChangesTest {
    private static final int CHANGES = Integer.getInteger("changes.count", 50);
    private static final long SEED = Long.getLong("changes.seed", 1);
    private static final int UPSTREAMS = 4;
    private static final int MOST_PAUSE_MILLIS = 40;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<ScriptedUpstream> upstreams = new ArrayList<>();

    @TempDir private Path scratch = Path.of("");

    @BeforeEach
    void open() throws IOException {
        for (int i = 0; i < UPSTREAMS; i++) {
            ScriptedUpstream upstream = ScriptedUpstream.start();
            String own = Integer.toString(upstream.port());
            upstreams.add(upstream.otherwise(_ -> Reply.of(200, own)));
        }
    }

    @AfterEach
    void close() throws IOException {
        for (ScriptedUpstream upstream : upstreams) {
            upstream.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC", "DELTA_GRPC virtual-hosts"})
    void envoyLosesNoRequest(String way) throws Exception {
        play(way, ProxyUnderTest::envoy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC", "DELTA_GRPC virtual-hosts"})
    void ourProxyLosesNoRequest(String way) throws Exception {
        play(way, OurProxy::start);
    }

    private void play(String way, Launcher launcher) throws Exception {
        Chances chances = new Chances(SEED);
        ChangingMesh mesh =
                new ChangingMesh(chances, upstreams.stream().map(ScriptedUpstream::port).toList());
        try (MeshControl control = new MeshControl(scratch)) {
            control.publish(mesh.yaml());
            try (ProxyUnderTest proxy = launcher.start(bootstrap(way, control.port()))) {
                Deadline.await("the proxy", SOON, proxy.admin()::isReady, proxy::log);
                int port = proxy.admin().listenerPort("http_proxy");
                List<String> done = new ArrayList<>();
                List<String> failures = change(port, chances, mesh, control, done);
                assertThat(failures).as("seed %d, after %s", SEED, done).isEmpty();
                assertThat(control.refusals()).isEmpty();
                for (int host = 0; host < ChangingMesh.HOSTS; host++) {
                    awaitAnswers(
                            port,
                            mesh,
                            host,
                            () -> String.join("\n", control.talk()) + "\n" + proxy.log());
                }
            }
        }
    }

    private static List<String> change(
            int port, Chances chances, ChangingMesh mesh, MeshControl control, List<String> done)
            throws IOException {
        Callers callers = new Callers(port);
        try (callers) {
            for (int i = 0; i < CHANGES && callers.failures().isEmpty(); i++) {
                done.add(mesh.change());
                control.publish(mesh.yaml());
                Deadline.pause(chances.number(0, MOST_PAUSE_MILLIS));
            }
        }
        System.out.printf("%d changes, %d requests%n", done.size(), callers.good());
        assertThat(callers.good()).isGreaterThan(CHANGES);
        return callers.failures();
    }

    /// The last change is in force: only who should answers, and everyone who should does.
    private static void awaitAnswers(int port, ChangingMesh mesh, int host, Supplier<String> log)
            throws IOException {
        int enough = 8;
        List<Integer> answers = new ArrayList<>();
        Deadline.await(
                "answers for host " + host + " from " + mesh.answering(host),
                SOON,
                () -> {
                    answers.clear();
                    for (int i = 0; i < enough; i++) {
                        Header name = new Header("host", ChangingMesh.host(host));
                        answers.add(Integer.parseInt(PlainClient.get(port, "/", name).body()));
                    }
                    return mesh.answering(host).containsAll(answers);
                },
                () -> answers + "\n" + log.get());
    }

    /// @param way the dialect, and what the proxy says it can do
    private static String bootstrap(String way, int controlPort) {
        String[] words = way.split(" ", 2);
        return """
        node:
          id: sidecar~127.0.0.1~caller-1.shop~shop.svc.cluster.local
          cluster: caller.shop
          metadata:
            NAMESPACE: shop
            INTERCEPTION: EXPLICIT
            EXPLICIT_OUTBOUND: "127.0.0.1:0"
            EXPLICIT_INBOUND: "127.0.0.1:0"
            EXPLICIT_APP_PORT: 1
            MELTEMI_CAPABILITIES: [CAPABLE]
        dynamic_resources:
          ads_config:
            api_type: DIALECT
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: control}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        """
                        .replace("DIALECT", words[0])
                        .replace("[CAPABLE]", words.length == 1 ? "[]" : "[" + words[1] + "]")
                + Bootstraps.clusters(controlPort);
    }
}
