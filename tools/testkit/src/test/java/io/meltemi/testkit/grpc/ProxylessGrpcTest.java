package io.meltemi.testkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.grpc.XdsProgram.Language;
import io.meltemi.testkit.grpc.XdsProgram.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// gRPC's own xDS (grpc-go and grpc-java as they are published) calls and serves in the mesh as
/// Istio's YAML says, with nothing but `GRPC_XDS_BOOTSTRAP` from the agent.
///
/// Confined to one thread: all cases share a mesh, each with a file of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProxylessGrpcTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String INVOICE = "xds:///invoice.shop.svc.cluster.local:9000";
    private static final Path CASES = Path.of("src/test/resources/grpc");

    private final Map<Language, XdsProgram> clients = new EnumMap<>(Language.class);
    private int portA;
    private int portB;
    private ProxylessMesh mesh;

    ProxylessGrpcTest(@TempDir Path folder) throws IOException {
        mesh = new ProxylessMesh(folder);
    }

    @BeforeAll
    void open() throws IOException {
        portA = FreePort.onLoopback();
        portB = FreePort.onLoopback();
        mesh.configure("routes.yaml", placed(Files.readString(CASES.resolve("routes.yaml"))));
        XdsProgram java = ledger(Language.JAVA);
        java.serve("plain", portA, "a");
        java.serve("plain", portB, "b");
        ledger(Language.GO);
        for (Language language : Language.values()) {
            XdsProgram client =
                    mesh.program(language, "client-" + word(language), Map.of(), List.of());
            clients.put(language, client);
            await(client, "insecure", INVOICE, "/shop.Plain/Get", "a");
        }
    }

    /// A server that asks the mesh how it is to be called; its agent registers it.
    private XdsProgram ledger(Language language) throws IOException {
        int port = FreePort.onLoopback();
        String name = "ledger-" + word(language);
        XdsProgram program =
                mesh.program(
                        language,
                        name,
                        Map.of("security.istio.io/tlsMode", "istio"),
                        List.of(new Port("grpc", 9001, port, "grpc")));
        program.serve("xds", port, name);
        return program;
    }

    @AfterAll
    void close() {
        mesh.close();
    }

    private static String word(Language language) {
        return language.name().toLowerCase(Locale.ROOT);
    }

    private String placed(String yaml) {
        return yaml.replace("PORT_A", Integer.toString(portA))
                .replace("PORT_B", Integer.toString(portB));
    }

    private XdsProgram client(Language language) {
        return Objects.requireNonNull(clients.get(language));
    }

    private void await(XdsProgram client, String kind, String target, String path, String answer)
            throws IOException {
        String[] last = {""};
        Deadline.await(
                answer + " of " + target + path,
                SOON,
                () -> {
                    Outcome outcome = client.call(kind, target, path, 1);
                    last[0] = outcome.toString();
                    return outcome.of(answer) == 1;
                },
                () -> last[0] + " " + mesh.complaints());
    }

    /// @return the one answer
    private String once(Language language, String path, String... headers) throws IOException {
        return client(language).call("insecure", INVOICE, path, 1, headers).counts().firstKey();
    }

    @ParameterizedTest
    @EnumSource
    void callsGoWhereHeadersAndPathsSay(Language client) throws IOException {
        assertThat(once(client, "/shop.Header/Get", "user=ann")).isEqualTo("b");
        assertThat(once(client, "/shop.Header/Get", "user=bob", "region=eu-1")).isEqualTo("b");
        assertThat(once(client, "/shop.Header/Get", "user=bob")).isEqualTo("a");
        assertThat(once(client, "/shop.Header/Get")).isEqualTo("a");
        assertThat(once(client, "/shop.Without/Get")).isEqualTo("b");
        assertThat(once(client, "/shop.Without/Get", "user=bob")).isEqualTo("b");
        assertThat(once(client, "/shop.Without/Get", "user=ann")).isEqualTo("a");
        assertThat(once(client, "/shop.Path/Exact")).isEqualTo("b");
        assertThat(once(client, "/shop.Path/Exactly")).isEqualTo("a");
        assertThat(once(client, "/shop.Pattern/Get")).isEqualTo("b");
        assertThat(once(client, "/shop.Method/Get")).isEqualTo("b");
        assertThat(once(client, "/shop.Get/Get")).isEqualTo("a");
        assertThat(once(client, "/shop.Host/Get")).isEqualTo("a");
        assertThat(mesh.complaints()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theControlPlaneTellsOfThemAsOfProxies(Language client) throws IOException {
        String own = "client-" + word(client) + "-" + ProcessHandle.current().pid() + ".shop";
        Deadline.await(
                own + " in sync",
                SOON,
                () -> {
                    String row = row(mesh.page("/debug/syncz"), own);
                    return row.contains("\"cluster_acked\"") && row.contains("\"endpoint_acked\"");
                },
                () -> own);

        assertThat(mesh.page("/debug/adsz")).contains("spiffe://cluster.local/ns/shop/sa/client");
        assertThat(mesh.page("/debug/configz")).contains("\"VirtualService\"", "routes.yaml:");
    }

    private static String row(String page, String proxy) {
        int from = page.indexOf('"' + proxy + '"');
        return from < 0 ? "" : page.substring(from, page.indexOf('}', from));
    }

    /// Of 400 calls 80 go to b, give or take five standard deviations.
    @ParameterizedTest
    @EnumSource
    void callsAreSharedByWeight(Language client) throws IOException {
        Outcome outcome = client(client).call("insecure", INVOICE, "/shop.Weight/Get", 400);

        assertThat(outcome.of("a") + outcome.of("b")).isEqualTo(400);
        assertThat(outcome.of("b")).isBetween(40, 120);
    }

    @ParameterizedTest
    @EnumSource
    void alikeCallsGoToTheSameInstance(Language client) throws IOException {
        for (int user = 0; user < 5; user++) {
            Outcome outcome =
                    client(client).call("insecure", INVOICE, "/shop.Hash/Get", 20, "user=u" + user);

            assertThat(outcome.counts()).hasSize(1).containsValue(20);
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsAreTriedAgainAsWritten(Language client) throws IOException {
        assertThat(once(client, "/shop.Retry/Get", "fail-first=yes")).isEqualTo("a");
        assertThat(once(client, "/shop.Plain/Get", "fail-first=yes")).isEqualTo("a");
        assertThat(once(client, "/shop.Once/Get", "fail-first=yes")).isEqualTo("code14");
        assertThat(once(client, "/shop.Other/Get", "fail-first=yes")).isEqualTo("code14");
    }

    @ParameterizedTest
    @EnumSource
    void callsFailAndWaitOnPurpose(Language client) throws IOException {
        assertThat(once(client, "/shop.Abort/Get")).isEqualTo("code8");
        assertThat(once(client, "/shop.AbortHttp/Get")).isEqualTo("code16");
        Outcome delayed = client(client).call("insecure", INVOICE, "/shop.Delay/Get", 1);
        assertThat(delayed.of("a")).isEqualTo(1);
        assertThat(delayed.millis()).isGreaterThanOrEqualTo(300);
        assertThat(once(client, "/shop.Timeout/Get", "sleep=5000")).isEqualTo("code4");
        // What an Envoy would answer itself, in gRPC's codes.
        assertThat(once(client, "/shop.Closed/Get")).isEqualTo("code7");
        assertThat(once(client, "/shop.Moved/Get")).isEqualTo("code2");
    }

    @ParameterizedTest
    @EnumSource
    void callsFollowEndpointsThatMove(Language client) throws IOException {
        String target = "xds:///moving.shop:9000";
        for (int port : new int[] {portB, portA, portB}) {
            mesh.configure("moving.yaml", moving(port));
            await(client(client), "insecure", target, "/shop.Plain/Get", port == portA ? "a" : "b");
        }
        assertThat(mesh.complaints()).isEmpty();
    }

    private static String moving(int port) {
        return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: moving, namespace: shop}
        spec:
          hosts: [moving.shop.svc.cluster.local]
          ports: [{number: 9000, name: grpc, protocol: GRPC}]
          resolution: STATIC
          endpoints: [{address: 127.0.0.1, ports: {grpc: PORT}}]
        """
                .replace("PORT", Integer.toString(port));
    }

    @ParameterizedTest
    @EnumSource
    void policiesDecideAboutMutualTls(Language client) throws IOException {
        // The server is of the other language: who reads what of the other is half of it.
        String name = "ledger-" + word(client == Language.GO ? Language.JAVA : Language.GO);
        String target = "xds:///" + name + ":9001";

        secure("STRICT", "ISTIO_MUTUAL");
        await(client(client), "xds!", target, "/shop.Open/Get", name + "+tls");
        assertThat(ledger(client, "insecure!", target, "/shop.Open/Get")).startsWith("code");
        assertThat(ledger(client, "xds!", target, "/shop.Admin/Get")).isEqualTo("code7");
        assertThat(ledger(client, "xds!", target, "/shop.Private/Get"))
                .isEqualTo(client == Language.GO ? name + "+tls" : "code7");
        assertThat(ledger(client, "xds!", target, "/shop.Private/Get/More")).isEqualTo("code7");

        secure("STRICT", "ISTIO_MUTUAL, subjectAltNames: [spiffe://cluster.local/ns/x/sa/x]");
        await(client(client), "xds!", target, "/shop.Open/Get", "code14");

        secure("DISABLE", "DISABLE");
        await(client(client), "xds!", target, "/shop.Open/Get", name);
        assertThat(mesh.complaints()).isEmpty();
    }

    private String ledger(Language client, String kind, String target, String path)
            throws IOException {
        return client(client).call(kind, target, path, 1).counts().firstKey();
    }

    private void secure(String peers, String callers) throws IOException {
        mesh.configure(
                "security.yaml",
                Files.readString(CASES.resolve("security.yaml"))
                        .replace("PEERS", peers)
                        .replace("CALLERS", callers));
    }
}
