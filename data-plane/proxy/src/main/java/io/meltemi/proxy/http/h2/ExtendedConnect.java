package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;

/// Upgrades in HTTP/2 (RFC 8441): outside the codec they look as in HTTP/1. Pure.
///
/// Envoy: a CONNECT with `:protocol` becomes a GET with `upgrade`, and the 101 that answers it goes
/// back as 200; towards an upstream it is the other way round.
final class ExtendedConnect {
    private static final String METHOD = ":method";
    private static final String PROTOCOL = ":protocol";
    private static final String STATUS = ":status";
    private static final String UPGRADE = "upgrade";
    private static final String CONNECTION = "connection";
    private static final String CONNECT = "CONNECT";

    private ExtendedConnect() {}

    /// A client's request, changed in place.
    static void toUpgrade(HeaderMap request, String protocol) {
        request.set(METHOD, "GET");
        request.remove(PROTOCOL);
        request.set(UPGRADE, protocol);
        request.set(CONNECTION, UPGRADE);
    }

    /// The answer to it; the given headers stay what logs show.
    static HeaderMap fromUpgraded(HeaderMap response) {
        if (!"101".equals(response.get(STATUS))) {
            return response;
        }
        HeaderMap copy = response.copy();
        copy.set(STATUS, "200");
        return copy;
    }

    /// A request to upgrade as an upstream gets it. Fields of the connection are not written.
    static HeaderMap fromUpgrade(HeaderMap request, String protocol) {
        HeaderMap copy = request.copy();
        copy.set(METHOD, CONNECT);
        copy.set(PROTOCOL, protocol);
        return copy;
    }

    /// A CONNECT of HTTP/1 has neither scheme nor path in HTTP/2 (RFC 9113 §8.5).
    static HeaderMap withoutPath(HeaderMap request) {
        if (!CONNECT.equals(request.get(METHOD))) {
            return request;
        }
        HeaderMap copy = request.copy();
        copy.remove(":scheme");
        copy.remove(":path");
        return copy;
    }

    /// The upstream's answer, changed in place.
    static void toUpgraded(HeaderMap response, String protocol) {
        if ("200".equals(response.get(STATUS))) {
            response.set(STATUS, "101");
            response.set(UPGRADE, protocol);
            response.set(CONNECTION, UPGRADE);
        }
    }
}
