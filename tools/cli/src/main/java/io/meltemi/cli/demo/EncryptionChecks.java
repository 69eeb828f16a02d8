package io.meltemi.cli.demo;

import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.demo.program.RawCall;
import io.meltemi.cli.demo.program.RecordingRelay;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Reply;
import io.meltemi.cli.load.Tally;
import io.meltemi.xds.proto.control.InstanceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Secure: identities, what others see of the bytes, keys that change under load.
final class EncryptionChecks {
    private static final String GATEWAY_ID =
            "URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";
    private static final Duration IN_FORCE = Duration.ofSeconds(5);
    private static final int PRODUCT_PORT = 9080;
    private static final int AGENT_PORT = 15020;
    private static final int PROXY_PORT = 15021;
    private static final String MARKER = "halyard-and-sheet";
    private static final Call MARKED =
            Call.post("/body", "body with " + MARKER).with("host", "recorded.check");

    private static final String CLEAR =
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: check-%s, namespace: shop}
            spec:
              selector: {matchLabels: {app: %s}}
              mtls: {mode: DISABLE}
            """;

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("certificates carry the identity", EncryptionChecks::identity),
                    new Check<>("plain text to a STRICT port refused", EncryptionChecks::plainText),
                    new Check<>("inbound probes work under STRICT", EncryptionChecks::probes),
                    new Check<>("bytes between pods encrypted", EncryptionChecks::encrypted),
                    new Check<>("the same bytes in clear under DISABLE", EncryptionChecks::clear),
                    new Check<>("rotation under load, root included", EncryptionChecks::rotation));

    private EncryptionChecks() {}

    private static Outcome identity(DemoMesh mesh) {
        String caller = SeenCertificates.caller(mesh);
        return Outcome.of(caller.contains(GATEWAY_ID), caller);
    }

    /// What a plain HTTP call from the node's network is answered.
    private static String plain(DemoMesh mesh, String address, int port, String path)
            throws IOException {
        return mesh.inNode(RawCall.class.getName(), address, Integer.toString(port), path);
    }

    private static Outcome plainText(DemoMesh mesh) throws IOException {
        String answer = plain(mesh, product(mesh), mesh.calledPort(PRODUCT_PORT), "/health");
        return Outcome.of(answer.startsWith("closed"), answer);
    }

    /// Who probes has no certificate: the agent asks the application for it, past the proxy.
    private static Outcome probes(DemoMesh mesh) throws IOException {
        String address = product(mesh);
        String proxy = plain(mesh, address, PROXY_PORT, "/healthz/ready");
        String agent = plain(mesh, address, AGENT_PORT, "/healthz/ready");
        String application = plain(mesh, address, AGENT_PORT, "/app-health/product/readyz");
        boolean all =
                List.of(proxy, agent, application).stream()
                        .allMatch(a -> a.startsWith("HTTP/1.1 200"));
        return Outcome.of(
                all,
                "%d: %s, %d: %s, the application's by it: %s"
                        .formatted(PROXY_PORT, proxy, AGENT_PORT, agent, application));
    }

    private static String product(DemoMesh mesh) throws IOException {
        return mesh.control().status().getInstancesList().stream()
                .filter(i -> i.getService().equals("product"))
                .map(InstanceStatus::getAddress)
                .findFirst()
                .orElseThrow(() -> new IOException("no product runs"));
    }

    private static Outcome encrypted(DemoMesh mesh) throws Exception {
        String seen = recorded(mesh, 19_080);
        return Outcome.of(
                seen.contains("TLS records only") && seen.contains("marker not seen"), seen);
    }

    private static Outcome clear(DemoMesh mesh) throws Exception {
        mesh.apply(
                "check-clear.yaml",
                CLEAR.formatted("clear-product", "product")
                        + "---\n"
                        + CLEAR.formatted("clear-recorded", "recorded"));
        try {
            String seen = recorded(mesh, 19_081);
            return Outcome.of(seen.contains("marker in clear"), seen);
        } finally {
            mesh.remove("check-clear.yaml");
        }
    }

    /// A way to product that leads over a relay in the node's own network.
    private static String detour(String address, int port) {
        return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: check-recorded, namespace: shop}
        spec:
          hosts: [recorded.shop.example]
          location: MESH_INTERNAL
          resolution: STATIC
          ports: [{number: 9080, name: http, protocol: HTTP}]
          endpoints:
            - address: %s
              ports: {http: %d}
              labels: {app: recorded, security.istio.io/tlsMode: istio}
              serviceAccount: product
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: check-recorded, namespace: shop}
        spec:
          hosts: [recorded.check]
          gateways: [shop-gateway]
          http:
            - route:
                - destination: {host: recorded.shop.example, port: {number: 9080}}
        """
                .formatted(address, port);
    }

    /// Sends a marked body by way of the relay; says what the relay saw.
    private static String recorded(DemoMesh mesh, int port) throws Exception {
        String node = mesh.nodeAddress();
        try (NodeProgram relay =
                mesh.startInNode(
                        RecordingRelay.class.getName(),
                        node,
                        Integer.toString(port),
                        product(mesh),
                        Integer.toString(mesh.calledPort(PRODUCT_PORT)),
                        MARKER)) {
            relay.line();
            mesh.apply("check-recorded.yaml", detour(node, port));
            Drive.until(IN_FORCE, () -> Drive.one(mesh, MARKED).status() == 200);
            Reply reply = Drive.one(mesh, MARKED);
            String answer =
                    reply.status() == 200 && reply.body().contains(MARKER)
                            ? "the marker came back"
                            : reply.status() + " " + reply.failure() + reply.body();
            return answer + "; " + relay.finish();
        } finally {
            mesh.remove("check-recorded.yaml");
        }
    }

    /// Every caller of the shop must use, and every callee show, a new certificate of a new root,
    /// and nobody may believe the old one any more.
    private static Outcome rotation(DemoMesh mesh) throws Exception {
        Map<String, String> before = SeenCertificates.now(mesh);
        String oldRoot = mesh.control().authority().getSigner().getFingerprint();
        Tally load = new Tally(r -> Integer.toString(r.status()));
        Duration limit = mesh.options().certificateLifetime().multipliedBy(4);
        Duration certificates;
        Duration root;
        try (Load _ = Drive.steady(mesh, Call.get("/products"), load)) {
            mesh.control().rotateRoot();
            certificates = Drive.until(limit, () -> allNew(before, SeenCertificates.now(mesh)));
            root =
                    Drive.until(
                            limit,
                            () -> SeenCertificates.isReplaced(oldRoot, mesh.control().authority()));
        }
        return Outcome.of(
                !certificates.isNegative() && !root.isNegative() && load.failed() == 0,
                ("%d certificates, all new after %s, the root replaced %s later, %d of %d"
                                + " requests failed %s")
                        .formatted(
                                before.size(),
                                Drive.took(certificates, limit),
                                Drive.took(root, limit),
                                load.failed(),
                                load.total(),
                                load.groups()));
    }

    private static boolean allNew(Map<String, String> before, Map<String, String> now) {
        return now.keySet().equals(before.keySet())
                && now.entrySet().stream()
                        .noneMatch(e -> e.getValue().equals(before.get(e.getKey())));
    }
}
