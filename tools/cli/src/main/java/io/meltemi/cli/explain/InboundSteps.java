package io.meltemi.cli.explain;

import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.RequestAuthentication.JwtRule;
import io.meltemi.model.config.RequestAuthentication.Keys;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.security.JwtTranslation;
import io.meltemi.proxy.explain.Call.Security;
import io.meltemi.proxy.explain.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the side that is called asks of its callers. Confined to one thread.
final class InboundSteps {

    private final MeshView mesh;
    private final Places places;

    InboundSteps(MeshView mesh, Places places) {
        this.mesh = mesh;
        this.places = places;
    }

    /// Whether plain text is taken, and who the caller is.
    Step peer(Party server, int port, Security security) {
        var node = server.node();
        Optional<PeerAuthentication> decisive =
                mesh.peerModes().decisive(node.namespace(), node.labels(), port);
        String mode = mesh.peerModes().mode(node.namespace(), node.labels(), port).toString();
        String by =
                decisive.map(p -> ", by " + Places.name(p.key()))
                        .orElse(", as no PeerAuthentication says otherwise");
        return new Step(
                "peer",
                mode + by + "; " + caller(security),
                decisive.map(p -> places.of(p.key())).orElse(""),
                List.of());
    }

    private static String caller(Security security) {
        return switch (security) {
            case Security.PlainText _ -> "the caller speaks plain text and is nobody";
            case Security.Tls(_, _, String identity) ->
                    identity == null
                            ? "the caller shows no certificate of the mesh"
                            : "the caller is " + identity;
        };
    }

    /// What tokens, policies and others decided about a request.
    List<Step> enforced(Party party, Hop hop) {
        List<Step> steps = new ArrayList<>(tokens(party, hop));
        steps.addAll(new PolicySteps(places).of(hop.decisions()));
        steps.addAll(others(hop));
        return steps;
    }

    /// What became of a token, for each RequestAuthentication; nothing without any.
    private List<Step> tokens(Party party, Hop hop) {
        WorkloadPolicies policies =
                mesh.policies(party.node(), () -> mesh.scope(mesh.caller(party.node()).viewer()));
        List<Step> steps = new ArrayList<>();
        for (RequestAuthentication each : policies.authentication()) {
            steps.add(
                    new Step(
                            "token",
                            Places.name(each.key()) + ": " + verdict(hop),
                            places.of(each.key()),
                            each.jwtRules().stream()
                                    .flatMap(rule -> unknownKeys(each, rule).stream())
                                    .toList()));
        }
        return steps;
    }

    private static String verdict(Hop hop) {
        if (hop.end() instanceof Hop.End.Answered(var reply, String by)
                && by.equals(JwtTranslation.FILTER)) {
            return "refused, " + reply.body();
        }
        return hop.claims().isEmpty()
                ? "none that it checks is given, which passes"
                : "good, of "
                        + hop.claims().getOrDefault("iss", "?")
                        + "/"
                        + hop.claims().getOrDefault("sub", "?");
    }

    /// Whether some keys that have to be fetched are not there.
    static boolean lacksKeys(MeshView mesh) {
        return mesh.snapshot().config().all(RequestAuthentication.class).stream()
                .flatMap(policy -> policy.jwtRules().stream())
                .anyMatch(rule -> !isKnown(mesh, rule.keys()));
    }

    private static boolean isKnown(MeshView mesh, Keys keys) {
        return switch (keys) {
            case Keys.Written _ -> true;
            case Keys.Fetched(var from) -> mesh.snapshot().keys().of(from).isPresent();
        };
    }

    /// Pilot puts keys that are known in the place of those that have to be fetched.
    private Optional<String> unknownKeys(RequestAuthentication policy, JwtRule rule) {
        boolean known =
                mesh.snapshot().config().all(RequestAuthentication.class).stream()
                        .filter(written -> written.key().equals(policy.key()))
                        .flatMap(written -> written.jwtRules().stream())
                        .filter(written -> written.issuer().equals(rule.issuer()))
                        .allMatch(written -> isKnown(mesh, written.keys()));
        return known
                ? Optional.empty()
                : Optional.of(
                        "the keys of %s are fetched by the control plane and are not here: tokens of it are not checked offline"
                                .formatted(rule.issuer()));
    }

    /// What an external authorizer, a quota and other filters have to say.
    private static List<Step> others(Hop hop) {
        return hop.decisions().stream()
                .filter(e ->
                        e.step().equals("external authorizer")
                                || e.step().equals("quota")
                                || e.step().equals("filter"))
                .map(e -> Step.of(e.step(), e.subject() + ": " + e.why()))
                .toList();
    }
}
