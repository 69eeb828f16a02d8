package io.meltemi.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a gateway listens on (Istio: `networking.istio.io/v1 Gateway`). Immutable.
///
/// @param selector the gateway workloads that carry it
/// @param onlyIn the namespace of these workloads; absent: any
public record Gateway(
        Metadata metadata, WorkloadSelector selector, Optional<String> onlyIn, List<Server> servers)
        implements ConfigResource {
    public Gateway {
        servers = List.copyOf(servers);
    }

    /// Whether the gateway workload with these labels carries it.
    public boolean isFor(String namespace, Map<String, String> labels) {
        return onlyIn.map(namespace::equals).orElse(true) && selector.selects(labels);
    }

    @Override
    public Kind kind() {
        return Kind.GATEWAY;
    }

    /// @param name for counters and logs; may be empty
    /// @param bind the address to listen on; empty for all
    /// @param hosts exact, `*.suffix` or `*`; with an optional `namespace/` before it
    public record Server(
            String name, Port port, String bind, List<String> hosts, Optional<ServerTls> tls) {
        public Server {
            hosts = List.copyOf(hosts);
        }

        /// Whether TLS is not ended here: connections are told apart by the server name alone.
        public boolean isPassthrough() {
            return tls.map(t -> t.mode().isPassthrough()).orElse(false);
        }

        /// Whether requests are seen here: plain HTTP, or HTTPS that is ended here.
        public boolean isHttp() {
            return port.protocol().isHttp()
                    || (port.protocol() == Protocol.HTTPS && !isPassthrough());
        }

        /// Whether connections come as TLS: Istio leaves out plain HTTP that only redirects.
        public boolean isTls() {
            return tls.isPresent() && !port.protocol().isHttp();
        }
    }

    /// @param number of the workload, or of a service that leads to it
    /// @param name unique in its gateway
    public record Port(int number, String name, Protocol protocol) {}

    /// What clients speak. Istio looks into a database's protocol only where that is asked for.
    public enum Protocol {
        HTTP("HTTP"),
        HTTP2("HTTP2"),
        HTTP_PROXY("HTTP_PROXY"),
        GRPC("GRPC"),
        GRPC_WEB("GRPC-WEB"),
        HTTPS("HTTPS"),
        TLS("TLS"),
        TCP("TCP"),
        MONGO("MONGO"),
        MYSQL("MYSQL"),
        REDIS("REDIS");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        /// As it is written.
        public String text() {
            return text;
        }

        /// Plain HTTP of any version.
        public boolean isHttp() {
            return switch (this) {
                case HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC_WEB -> true;
                case HTTPS, TLS, TCP, MONGO, MYSQL, REDIS -> false;
            };
        }

        /// What is spoken on the port, as services call it; within TLS nobody looks.
        public io.meltemi.model.service.Protocol spoken() {
            return switch (this) {
                case HTTP, HTTP_PROXY -> io.meltemi.model.service.Protocol.HTTP;
                case HTTP2 -> io.meltemi.model.service.Protocol.HTTP2;
                case GRPC, GRPC_WEB -> io.meltemi.model.service.Protocol.GRPC;
                case HTTPS, TLS -> io.meltemi.model.service.Protocol.TLS;
                case TCP, MONGO, MYSQL, REDIS -> io.meltemi.model.service.Protocol.TCP;
            };
        }

        /// Whether it begins with a handshake.
        public boolean isTls() {
            return this == HTTPS || this == TLS;
        }
    }
}
