package io.meltemi.cli.explain;

import io.meltemi.cli.explain.Explanation.Result;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.translate.route.Faults;
import io.meltemi.pilot.translate.security.JwtTranslation;
import io.meltemi.proxy.explain.Call.Security;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the steps of one explanation have in common. Confined to one thread.
final class Walk {
    /// From where callers call: any port will do.
    static final int CALLER_PORT = 40000;

    private final MeshSnapshot snapshot;
    private final MeshView mesh;
    private final Parties parties;
    private final Places places;
    private final Question question;
    private final List<Part> parts = new ArrayList<>();

    Walk(MeshSnapshot snapshot, Path folder, Question question) {
        this.snapshot = snapshot;
        this.mesh = new MeshView(snapshot);
        this.parties = new Parties(mesh);
        this.places = new Places(snapshot.config(), folder);
        this.question = question;
    }

    MeshView mesh() {
        return mesh;
    }

    Parties parties() {
        return parties;
    }

    Places places() {
        return places;
    }

    Question question() {
        return question;
    }

    /// The page so far.
    List<Part> parts() {
        return parts;
    }

    /// What Pilot has for a workload's proxy.
    XdsSnapshot translate(Party party) {
        return Pilot.translate(PilotSettings.DEFAULT, snapshot, party.node());
    }

    /// How the application itself calls.
    Security application() {
        return question.isTls()
                ? new Security.Tls(question.host(), List.of("h2", "http/1.1"), null)
                : new Security.PlainText();
    }

    static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    /// A proxy answers by itself.
    ///
    /// @param by the filter that does; empty: the route, or nobody else
    /// @param where for people: `by the sidecar of shop/a`
    Result answered(LocalReply reply, String by, Hop hop, String where) {
        String why =
                switch (by) {
                    case "envoy.filters.http.rbac" ->
                            new PolicySteps(places).denial(reply.details(), hop.decisions());
                    case JwtTranslation.FILTER ->
                            "the token is refused: "
                                    + reply.body()
                                    + (InboundSteps.lacksKeys(mesh)
                                            ? " (keys that have to be fetched are not known here)"
                                            : "");
                    case Faults.FILTER -> "a fault that its route asks for";
                    case "" -> own(reply, reply.headers().get("location"));
                    default -> "by the filter " + by;
                };
        return new Result.Answered(
                reply.status(), reply.details(), "answered " + where + ": " + why);
    }

    private static String own(LocalReply reply, @Nullable String location) {
        if (location != null) {
            return "the caller is sent to " + location;
        }
        return switch (reply.details()) {
            case "route_not_found" -> "no route is for this request";
            case "cluster_not_found" ->
                    "the route leads to a service, port or subset that is not there";
            case "no_healthy_upstream" -> "the service has no endpoint that takes requests";
            default -> "by the route itself";
        };
    }
}
