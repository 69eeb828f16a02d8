package io.meltemi.testkit.differential;

import io.meltemi.fixtures.http.Reply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connections that Envoy and our proxy should treat alike, told byte by byte. Immutable.
///
/// @param bootstrap with the places of [Placeholders], and `FOLDER` for where certificates are
/// @param certificates by name, authorities before what they sign
/// @param script what the upstream does with its first requests
/// @param http2Script what the HTTP/2 upstream at SHADOW_PORT does with its first requests
/// @param http2Settings what that upstream announces
/// @param logLines how many lines of access log there are in the end
/// @param stats counters and gauges by name, with their values in the end
/// @param statsLike an expression: every counter and gauge it finds that is not zero; empty for
///   none
/// @param known differences that are meant to be, by the line they show in: the reason
record ConnectionCase(
        String bootstrap,
        Map<String, TestCertificates.Wish> certificates,
        List<Reply> script,
        List<List<Object>> http2Script,
        Map<Integer, Integer> http2Settings,
        List<Step> connections,
        int logLines,
        Map<String, Long> stats,
        String statsLike,
        Map<String, String> known) {
    ConnectionCase {
        script = List.copyOf(script);
        http2Script = List.copyOf(http2Script);
        http2Settings = Map.copyOf(http2Settings);
        connections = List.copyOf(connections);
        known = Map.copyOf(known);
    }

    /// One connection. Texts are bytes, one for each character.
    ///
    /// @param to a listener's name, or `unix:PATH`
    /// @param at the address to connect to; the listener's port is asked of the proxy
    /// @param from the address to connect from; empty for any
    /// @param first sent before TLS
    /// @param tls null for plain text
    /// @param send sent then
    /// @param end whether the client ends its direction after that
    /// @param read `all` to the end, `response` for one HTTP response, `nothing`, or a text that is
    ///   waited for; `untold`: to the end, and nothing is said of it, since it depends on who is
    ///   faster
    /// @param http2 frames to send in place of all that, as [Http2Player] reads them; empty: none
    /// @param keep whether the connection stays open until the case is over
    /// @param reset a gauge: when it says that something is under way, the client resets the
    ///   connection, and waits until nothing is any more; empty: it closes it
    record Step(
            String to,
            String at,
            String from,
            String first,
            @Nullable TlsWish tls,
            String send,
            boolean end,
            String read,
            List<Object> http2,
            boolean keep,
            String reset) {
        Step {
            http2 = List.copyOf(http2);
        }
    }

    /// How a client does TLS.
    ///
    /// @param certificate the client's, by its name in the case; empty for none
    /// @param groups curves by their Java names; empty for the usual
    /// @param session connections with the same name may resume each other's sessions; empty: none
    record TlsWish(
            String sni,
            List<String> alpn,
            String certificate,
            List<String> versions,
            List<String> ciphers,
            List<String> groups,
            String session) {
        TlsWish {
            alpn = List.copyOf(alpn);
            versions = List.copyOf(versions);
            ciphers = List.copyOf(ciphers);
            groups = List.copyOf(groups);
        }
    }
}
