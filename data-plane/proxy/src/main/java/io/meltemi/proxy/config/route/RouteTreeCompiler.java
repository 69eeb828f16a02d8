package io.meltemi.proxy.config.route;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteList;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.MatchTreeCompiler;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.match.MatchTree;
import io.meltemi.proxy.decide.route.RouteEntry;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.xds.message.Anys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What a virtual host's `matcher` looks at and leads to: request headers (`:path` and `:authority`
/// among them), which are what Envoy lets a route table look at, filter state apart, and routes.
/// Confined to one compilation.
final class RouteTreeCompiler implements MatchTreeCompiler.Meaning<HeaderMap, List<RouteEntry>> {
    private final BiFunction<Route, ConfigPlace, RouteEntry> routes;

    /// @param routes compiles one route at its place
    RouteTreeCompiler(BiFunction<Route, ConfigPlace, RouteEntry> routes) {
        this.routes = routes;
    }

    MatchTree<HeaderMap, List<RouteEntry>> compile(
            com.github.xds.type.matcher.v3.Matcher matcher, ConfigPlace at) {
        return new MatchTreeCompiler<>(this).compile(matcher, at);
    }

    @Override
    public @Nullable List<RouteEntry> action(Any action, ConfigPlace at) {
        try {
            if (Anys.is(action, Route.class)) {
                return List.of(route(Anys.unpack(action, Route.class), at));
            }
            if (Anys.is(action, RouteList.class)) {
                RouteList list = Anys.unpack(action, RouteList.class);
                List<RouteEntry> entries = new ArrayList<>();
                for (int i = 0; i < list.getRoutesCount(); i++) {
                    entries.add(route(list.getRoutes(i), at.element("routes", i)));
                }
                return List.copyOf(entries);
            }
            at.refuse("'" + action.getTypeUrl() + "' is no Route or RouteList");
        } catch (InvalidProtocolBufferException e) {
            at.refuse("cannot be read: " + e.getMessage());
        }
        return null;
    }

    private RouteEntry route(Route route, ConfigPlace at) {
        RouteFields.fields().check(route, at);
        return routes.apply(route, at);
    }

    /// Several headers of one name are looked at as one, joined by commas.
    @Override
    public MatchTree.@Nullable Input<HeaderMap> text(TypedExtensionConfig input, ConfigPlace at) {
        Any config = input.getTypedConfig();
        ConfigPlace place = at.field("typed_config");
        if (!Anys.is(config, HttpRequestHeaderMatchInput.class)) {
            place.refuse(
                    "'"
                            + config.getTypeUrl()
                            + "' is no HttpRequestHeaderMatchInput, which alone is supported");
            return null;
        }
        try {
            String name =
                    HeaderMatchCompiler.name(
                            Anys.unpack(config, HttpRequestHeaderMatchInput.class).getHeaderName(),
                            place.field("header_name"));
            return request -> HeaderMatch.joined(request, name);
        } catch (InvalidProtocolBufferException e) {
            place.refuse("cannot be read: " + e.getMessage());
            return null;
        }
    }

    @Override
    public MatchTree.@Nullable AddressInput<HeaderMap> address(
            TypedExtensionConfig input, ConfigPlace at) {
        at.refuse("is no address of a request");
        return null;
    }
}
