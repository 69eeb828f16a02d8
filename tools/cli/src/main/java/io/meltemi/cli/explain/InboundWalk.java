package io.meltemi.cli.explain;

import io.meltemi.cli.explain.Explanation.Result;
import io.meltemi.pilot.translate.listener.InboundListeners;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.explain.Call;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.proxy.http.LocalReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The side that is called: its sidecar on the way in. Confined to one thread.
final class InboundWalk {
    private final Walk walk;
    private final Party server;

    InboundWalk(Walk walk, Party server) {
        this.walk = walk;
        this.server = server;
    }

    Result result(Call call) {
        try (TranslatedProxy proxy = new TranslatedProxy(walk.translate(server))) {
            Hop hop = proxy.explain(InboundListeners.NAME, call);
            InboundSteps inbound = new InboundSteps(walk.mesh(), walk.places());
            Step peer = inbound.peer(server, call.to().getPort(), call.security());
            List<Step> steps = new ArrayList<>(List.of(peer));
            steps.addAll(
                    hop.end() instanceof Hop.End.Answered || hop.end() instanceof Hop.End.Forwarded
                            ? inbound.enforced(server, hop)
                            : new PolicySteps(walk.places()).of(hop.decisions()));
            walk.parts().add(new Part("sidecar of " + server.name() + ", on the way in", steps));
            return switch (hop.end()) {
                case Hop.End.Refused(String why) -> refused(why, peer, hop);
                case Hop.End.Answered(LocalReply reply, String by) ->
                        walk.answered(reply, by, hop, "by the sidecar of " + server.name());
                case Hop.End.Forwarded(String cluster, _, Endpoint endpoint) ->
                        reached(cluster, endpoint);
                case Hop.End.Connected(var targets) -> reached(targets.getFirst().cluster(), null);
            };
        }
    }

    /// A policy closes the connection, or no chain is for such a one.
    private Result refused(String why, Step peer, Hop hop) {
        boolean byPolicy = why.startsWith("rbac_");
        String mode = peer.text().substring(0, peer.text().indexOf(';'));
        String place = peer.place().isEmpty() ? "" : " (" + peer.place() + ")";
        return new Result.Answered(
                0,
                byPolicy ? why : "",
                "the sidecar of "
                        + server.name()
                        + " closes the connection: "
                        + (byPolicy
                                ? new PolicySteps(walk.places()).denial(why, hop.decisions())
                                : why + ": " + mode + place));
    }

    private Result reached(String cluster, @Nullable Endpoint endpoint) {
        return new Result.Reaches(
                "reaches the application of "
                        + server.name()
                        + (endpoint == null
                                ? " (" + cluster + ")"
                                : " at " + endpoint.addressText().text()));
    }
}
