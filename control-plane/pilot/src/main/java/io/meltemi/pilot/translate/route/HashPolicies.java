package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction.HashPolicy;
import io.meltemi.model.config.ConsistentHash.HashKey;
import io.meltemi.pilot.translate.Protos;

/// What makes requests alike. Thread-safe: pure.
final class HashPolicies {
    private HashPolicies() {}

    static HashPolicy translate(HashKey key) {
        HashPolicy.Builder out = HashPolicy.newBuilder();
        switch (key) {
            case HashKey.HttpHeader(String name) ->
                    out.setHeader(HashPolicy.Header.newBuilder().setHeaderName(name));
            case HashKey.HttpCookie cookie -> out.setCookie(cookie(cookie));
            case HashKey.SourceIp() ->
                    out.setConnectionProperties(
                            HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
            case HashKey.HttpQueryParameter(String name) ->
                    out.setQueryParameter(HashPolicy.QueryParameter.newBuilder().setName(name));
        }
        return out.build();
    }

    private static HashPolicy.Cookie cookie(HashKey.HttpCookie cookie) {
        HashPolicy.Cookie.Builder out = HashPolicy.Cookie.newBuilder().setName(cookie.name());
        cookie.path().ifPresent(out::setPath);
        cookie.ttl().ifPresent(ttl -> out.setTtl(Protos.duration(ttl)));
        cookie.attributes()
                .forEach(attribute ->
                        out.addAttributes(
                                HashPolicy.CookieAttribute.newBuilder()
                                        .setName(attribute.name())
                                        .setValue(attribute.value())));
        return out.build();
    }
}
