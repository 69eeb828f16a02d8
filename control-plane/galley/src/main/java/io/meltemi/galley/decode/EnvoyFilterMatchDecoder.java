package io.meltemi.galley.decode;

import io.meltemi.galley.finding.Code;
import io.meltemi.model.config.EnvoyFilter.AnyObject;
import io.meltemi.model.config.EnvoyFilter.ChainMatch;
import io.meltemi.model.config.EnvoyFilter.ClusterMatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.EnvoyFilter.FilterMatch;
import io.meltemi.model.config.EnvoyFilter.HostMatch;
import io.meltemi.model.config.EnvoyFilter.ListenerMatch;
import io.meltemi.model.config.EnvoyFilter.Match;
import io.meltemi.model.config.EnvoyFilter.ObjectMatch;
import io.meltemi.model.config.EnvoyFilter.ProxyMatch;
import io.meltemi.model.config.EnvoyFilter.RouteAction;
import io.meltemi.model.config.EnvoyFilter.RouteMatch;
import io.meltemi.model.config.EnvoyFilter.RouteTableMatch;
import java.util.ArrayList;
import java.util.List;

/// Reads what a patch of an `EnvoyFilter` is for. Immutable.
final class EnvoyFilterMatchDecoder {
    private EnvoyFilterMatchDecoder() {}

    static Match match(ObjectReader reader) {
        reader.notYet("waypoint");
        List<ObjectMatch> objects = new ArrayList<>();
        reader.object("listener", EnvoyFilterMatchDecoder::listener).ifPresent(objects::add);
        reader.object("routeConfiguration", EnvoyFilterMatchDecoder::table).ifPresent(objects::add);
        reader.object("cluster", EnvoyFilterMatchDecoder::cluster).ifPresent(objects::add);
        if (objects.size() > 1) {
            reader.findings()
                    .unread(
                            Code.SCHEMA,
                            reader.path(),
                            "only one of listener, routeConfiguration and cluster may be given");
        }
        return new Match(
                reader.choice("context", Context.class, "WAYPOINT").orElse(Context.ANY),
                reader.object(
                        "proxy",
                        p -> new ProxyMatch(text(p, "proxyVersion"), p.stringMap("metadata"))),
                objects.isEmpty() ? new AnyObject() : objects.getFirst());
    }

    private static ListenerMatch listener(ObjectReader reader) {
        if (reader.string("portName").filter(name -> !name.isEmpty()).isPresent()) {
            reader.findings()
                    .judge(
                            Code.WITHOUT_EFFECT,
                            reader.path().field("portName"),
                            "portName of a listener has no effect, as in Istio: use portNumber");
        }
        return new ListenerMatch(
                text(reader, "name"),
                reader.integer("portNumber"),
                reader.object("filterChain", EnvoyFilterMatchDecoder::chain),
                text(reader, "listenerFilter"));
    }

    private static ChainMatch chain(ObjectReader reader) {
        return new ChainMatch(
                text(reader, "name"),
                text(reader, "sni"),
                text(reader, "transportProtocol"),
                text(reader, "applicationProtocols"),
                reader.integer("destinationPort"),
                text(reader, "transportSocket"),
                reader.object(
                        "filter",
                        f ->
                                new FilterMatch(
                                        text(f, "name"),
                                        f.object("subFilter", s -> text(s, "name")))));
    }

    private static RouteTableMatch table(ObjectReader reader) {
        return new RouteTableMatch(
                text(reader, "name"),
                reader.integer("portNumber"),
                text(reader, "portName"),
                text(reader, "gateway"),
                reader.object(
                        "vhost",
                        v ->
                                new HostMatch(
                                        text(v, "name"),
                                        text(v, "domainName"),
                                        v.object("route", EnvoyFilterMatchDecoder::route))));
    }

    private static RouteMatch route(ObjectReader reader) {
        return new RouteMatch(
                text(reader, "name"),
                reader.choice("action", RouteAction.class).orElse(RouteAction.ANY));
    }

    private static ClusterMatch cluster(ObjectReader reader) {
        return new ClusterMatch(
                text(reader, "name"),
                text(reader, "service"),
                reader.integer("portNumber"),
                text(reader, "subset"));
    }

    private static String text(ObjectReader reader, String name) {
        return reader.string(name).orElse("");
    }
}
