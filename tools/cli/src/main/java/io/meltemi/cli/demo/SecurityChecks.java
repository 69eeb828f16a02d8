package io.meltemi.cli.demo;

import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.cli.check.Check;
import io.meltemi.cli.check.Outcome;
import io.meltemi.cli.load.Call;
import io.meltemi.cli.load.Reply;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Secure: policies, tokens, and rules that hold.
final class SecurityChecks {
    static final List<Check<DemoMesh>> ALL =
            List.of(
                    new Check<>("denied call", SecurityChecks::denied),
                    new Check<>("tokens: bad, none, good", SecurityChecks::tokens),
                    new Check<>("rules cannot be changed by the application", SecurityChecks::rules)
                            .needingPods());

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
}
