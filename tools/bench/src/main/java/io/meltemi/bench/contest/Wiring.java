package io.meltemi.bench.contest;

/// What a proxy stands between. Immutable.
///
/// @param between of a pair: what the two speak; otherwise what the upstream speaks
/// @param routes how many the proxy chooses from; a request wants the last one
/// @param policies how many deny something, none of them what is requested
public record Wiring(Shape shape, Protocol between, int routes, int policies) {
    /// How requests travel.
    public enum Shape {
        /// One proxy, HTTP.
        HOP,
        /// One proxy, bytes.
        TCP,
        /// A client's and a server's proxy with mutual TLS between them.
        PAIR
    }

    /// What is spoken.
    public enum Protocol {
        /// HTTP/1.1, in clear text or TLS.
        HTTP1,
        /// HTTP/2, by prior knowledge.
        HTTP2
    }

    /// One route, HTTP/1.1.
    public static final Wiring ONE_HOP = new Wiring(Shape.HOP, Protocol.HTTP1);

    /// One route, and nobody is denied anything.
    public Wiring(Shape shape, Protocol between) {
        this(shape, between, 1, 0);
    }

    public Wiring withRoutes(int count) {
        return new Wiring(shape, between, count, policies);
    }

    public Wiring withPolicies(int count) {
        return new Wiring(shape, between, routes, count);
    }

    /// The path of requests: that of the last route.
    public String path() {
        return "/route/" + (routes - 1) + "/one";
    }
}
