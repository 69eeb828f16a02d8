package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Load;
import io.meltemi.cli.load.Reply;
import io.meltemi.cli.load.Tally;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Secure: identities, encryption, policies, tokens.
final class SecurityChecks {
    private static final Pattern HASH = Pattern.compile("Hash=([0-9a-f]+)");
    private static final String GATEWAY_ID =
            "URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway";

    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("denied call", SecurityChecks::denied),
                    new Check<>("tokens: bad, none, good", SecurityChecks::tokens),
                    new Check<>("certificates carry the identity", SecurityChecks::identity),
                    new Check<>("plain text to a STRICT port refused", SecurityChecks::plainText),
                    new Check<>(
                            "rules cannot be changed by the application", SecurityChecks::rules),
                    new Check<>("rotation under load", SecurityChecks::rotation));

    private SecurityChecks() {}

    /// The gateway may not call notification.
    private static Outcome denied(DemoMesh mesh) throws Exception {
        mesh.folder()
                .write(
                        "check-denied.yaml",
                        """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: check-denied, namespace: shop}
                        spec:
                          hosts: [notification.check]
                          gateways: [shop-gateway]
                          http:
                            - route:
                                - destination: {host: notification}
                        """);
        try {
            Call call = Call.get("/notifications/x").with("host", "notification.check");
            Drive.until(Duration.ofSeconds(3), () -> Drive.one(mesh, call).status() == 403);
            Reply reply = Drive.one(mesh, call);
            return Outcome.of(
                    reply.status() == 403 && reply.body().equals("RBAC: access denied"),
                    reply.status() + " " + reply.body());
        } finally {
            mesh.folder().delete("check-denied.yaml");
        }
    }

    private static Outcome tokens(DemoMesh mesh) throws Exception {
        String good =
                Files.readString(mesh.install().root().resolve("samples/shop/tokens/alice.jwt"))
                        .strip();
        Call admin = Call.get("/admin");
        int bad = Drive.one(mesh, admin.with("authorization", "Bearer " + good + "x")).status();
        int none = Drive.one(mesh, admin).status();
        int ok = Drive.one(mesh, admin.with("authorization", "Bearer " + good)).status();
        return Outcome.of(bad == 401 && none == 403 && ok == 200, bad + ", " + none + ", " + ok);
    }

    /// What product's sidecar says of the certificate that called it.
    private static String caller(DemoMesh mesh) {
        return Drive.one(mesh, Call.get("/echo"))
                .body()
                .lines()
                .filter(l -> l.startsWith("x-forwarded-client-cert: "))
                .findFirst()
                .orElse("no x-forwarded-client-cert");
    }

    private static Outcome identity(DemoMesh mesh) {
        String caller = caller(mesh);
        return Outcome.of(caller.contains(GATEWAY_ID), caller);
    }

    private static Outcome plainText(DemoMesh mesh) throws Exception {
        Attached invoice = mesh.workloads().get("invoice-v1");
        if (invoice == null) {
            return new Outcome.Failed("no invoice runs");
        }
        String answer = mesh.inNode("io.meltemi.cli.demo.RawCall", invoice.address(), "8080");
        return Outcome.of(answer.startsWith("closed"), answer);
    }

    /// A program in a pod tries what root could do to the pod's rules.
    private static Outcome rules(DemoMesh mesh) throws Exception {
        String attempt =
                "nft flush ruleset 2>&1; echo \"flush ended $?\";"
                        + " nft list ruleset 2>&1 | head -1; echo done";
        Attached intruder =
                mesh.add(Shop.command(mesh.install(), "intruder", List.of("sh", "-c", attempt)));
        intruder.ended().get(10, TimeUnit.SECONDS);
        boolean refused =
                mesh.log().last().stream()
                        .anyMatch(l -> l.startsWith("intruder") && l.contains("not permitted"));
        boolean flushed = mesh.log().last().stream().anyMatch(l -> l.contains("flush ended 0"));
        return Outcome.of(refused && !flushed, refused ? "Operation not permitted" : "not refused");
    }

    private static Outcome rotation(DemoMesh mesh) throws Exception {
        String before = hash(caller(mesh));
        Tally load = new Tally(r -> Integer.toString(r.status()));
        Duration limit = mesh.options().certificateLifetime().multipliedBy(2);
        Duration took;
        try (Load _ = Drive.steady(mesh, Call.get("/"), load)) {
            took = Drive.until(limit, () -> !hash(caller(mesh)).equals(before));
        }
        Map<String, Integer> outcomes = load.groups();
        return Outcome.of(
                !took.isNegative() && load.failed() == 0,
                "new certificate after %s, %d of %d failed %s"
                        .formatted(Drive.took(took, limit), load.failed(), load.total(), outcomes));
    }

    private static String hash(String caller) {
        Matcher matcher = HASH.matcher(caller);
        return matcher.find() ? matcher.group(1) : "";
    }
}
