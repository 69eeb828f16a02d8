package io.meltemi.cli.explain;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.meltemi.cli.explain.Explanation.Result;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.explain.Call;
import io.meltemi.proxy.explain.Hop;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.LocalReply;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The caller's side: its sidecar on the way out, or a gateway. Confined to one thread.
final class OutboundWalk {
    private static final String VIRTUAL_OUTBOUND = "virtualOutbound";

    /// RFC 5737: addresses that nobody has.
    private static final String CLIENT = "203.0.113.7";

    private static final String ELSEWHERE = "192.0.2.7";

    private final Walk walk;
    private final Party caller;
    private final boolean isGateway;
    private final List<Step> steps = new ArrayList<>();

    OutboundWalk(Walk walk, Party caller) {
        this.walk = walk;
        this.caller = caller;
        this.isGateway = caller.kind() == Party.Kind.GATEWAY;
    }

    Result result() {
        XdsSnapshot its = walk.translate(caller);
        try (TranslatedProxy proxy = new TranslatedProxy(its)) {
            HeaderMap before = walk.question().request();
            Hop hop = isGateway ? fromOutside(proxy) : fromWorkload(proxy, its);
            describe(proxy, hop, before);
            return switch (hop.end()) {
                case Hop.End.Refused(String why) ->
                        ended(new Result.Answered(0, "", "the connection is closed: " + why));
                case Hop.End.Answered(LocalReply reply, String by) ->
                        ended(walk.answered(reply, by, hop, "here"));
                case Hop.End.Forwarded(String cluster, _, Endpoint endpoint) ->
                        onwards(proxy, cluster, endpoint, hop.request());
                case Hop.End.Connected(var targets) -> {
                    String cluster =
                            targets.stream()
                                    .max(Comparator.comparingInt(t -> t.weight()))
                                    .orElseThrow()
                                    .cluster();
                    steps.add(
                            Step.of(
                                    "connection",
                                    "passed on as it is: nobody looks for requests on this port"));
                    yield onwards(
                            proxy,
                            cluster,
                            proxy.endpoints(cluster).stream().findFirst().orElse(null),
                            hop.request());
                }
            };
        }
    }

    private void describe(TranslatedProxy proxy, Hop hop, HeaderMap before) {
        Places places = walk.places();
        String origin = proxy.configOfListener(hop.listener());
        steps.add(
                new Step(
                        "listener",
                        hop.listener() + (origin.isEmpty() ? "" : ", of " + Places.name(origin)),
                        places.ofPath(origin),
                        List.of()));
        if (isGateway) {
            steps.addAll(new InboundSteps(walk.mesh(), places).enforced(caller, hop));
        }
        if (hop.end() instanceof Hop.End.Answered || hop.end() instanceof Hop.End.Forwarded) {
            steps.addAll(new RouteSteps(places).of(hop, before));
        }
    }

    private Result ended(Result result) {
        walk.parts()
                .add(
                        new Part(
                                isGateway
                                        ? "gateway " + caller.name()
                                        : "sidecar of " + caller.name() + ", on the way out",
                                steps));
        return result;
    }

    private Hop fromOutside(TranslatedProxy proxy) {
        int port = walk.mesh().listenedPort(caller.node(), walk.question().port());
        String listener =
                proxy.listenerOn(port)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "the gateway %s listens on no port %d: write the port of one of its servers into the URL"
                                                .formatted(caller.name(), walk.question().port())));
        return proxy.explain(
                listener,
                new Call(
                        Walk.at(CLIENT, Walk.CALLER_PORT),
                        Walk.at(caller.node().address(), port),
                        walk.application(),
                        walk.question().request()));
    }

    private Hop fromWorkload(TranslatedProxy proxy, XdsSnapshot its) {
        HostNames names = new HostNames(walk, caller, its);
        Optional<String> known = names.address();
        Hop hop =
                proxy.explain(
                        VIRTUAL_OUTBOUND,
                        new Call(
                                Walk.at(caller.node().address(), Walk.CALLER_PORT),
                                Walk.at(known.orElse(ELSEWHERE), walk.question().port()),
                                walk.application(),
                                walk.question().request()));
        if (known.isEmpty() && isNobodys(hop)) {
            throw names.unknown();
        }
        return hop;
    }

    /// Whether nothing that is written is about the host.
    private static boolean isNobodys(Hop hop) {
        boolean elsewhere =
                hop.end() instanceof Hop.End.Forwarded(String cluster, _, _)
                        && cluster.equals(ClusterNames.PASSTHROUGH);
        boolean blocked = hop.route() != null && hop.route().virtualHost().equals("block_all");
        return elsewhere || blocked || hop.end() instanceof Hop.End.Connected;
    }

    private Result onwards(
            TranslatedProxy proxy,
            String clusterName,
            @Nullable Endpoint endpoint,
            HeaderMap request) {
        Optional<Cluster> cluster = proxy.cluster(clusterName);
        if (cluster.isEmpty() || endpoint == null) {
            steps.add(Step.of("cluster", clusterName));
            return ended(
                    new Result.Reaches(
                            clusterName.equals(ClusterNames.PASSTHROUGH)
                                    ? "goes to where the caller wanted, outside the mesh"
                                    : "goes to what the names of " + clusterName + " stand for"));
        }
        Destination destination =
                new Destination(walk.mesh(), walk.places(), caller, cluster.get(), endpoint);
        Optional<Party> server =
                destination
                        .address()
                        .flatMap(at ->
                                walk.parties().at(at.getAddress().getHostAddress(), at.getPort()));
        steps.addAll(destination.steps(proxy.endpoints(clusterName), server));
        Result last =
                ended(
                        new Result.Reaches(
                                "reaches "
                                        + endpoint.addressText().text()
                                        + ", where no sidecar is known"));
        return server.isEmpty()
                ? last
                : new InboundWalk(walk, server.get())
                        .result(
                                new Call(
                                        Walk.at(caller.node().address(), Walk.CALLER_PORT),
                                        destination.address().orElseThrow(),
                                        destination.security(),
                                        request.copy()));
    }
}
