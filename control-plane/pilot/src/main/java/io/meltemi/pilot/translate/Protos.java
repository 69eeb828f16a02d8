package io.meltemi.pilot.translate;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.meltemi.xds.message.Anys;

/// The small messages that Envoy's API is full of. Thread-safe: stateless.
public final class Protos {
    public static final BoolValue TRUE = BoolValue.of(true);
    public static final BoolValue FALSE = BoolValue.of(false);
    public static final Duration ZERO = Duration.getDefaultInstance();

    private Protos() {}

    public static Any any(Message message) {
        return Anys.pack(message);
    }

    public static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    public static UInt32Value uint32(int value) {
        return UInt32Value.of(value);
    }

    public static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    public static Address address(String host, int port) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(host).setPortValue(port))
                .build();
    }

    /// @param path of a socket's file
    public static Address pipe(String path) {
        return Address.newBuilder().setPipe(Pipe.newBuilder().setPath(path)).build();
    }

    /// A block of addresses as CIDR writes it, or one address.
    public static CidrRange range(String subnet) {
        int slash = subnet.indexOf('/');
        String address = slash < 0 ? subnet : subnet.substring(0, slash);
        int bits =
                slash >= 0
                        ? Integer.parseInt(subnet.substring(slash + 1))
                        : address.indexOf(':') < 0 ? 32 : 128;
        return CidrRange.newBuilder().setAddressPrefix(address).setPrefixLen(uint32(bits)).build();
    }

    /// This resource comes over the same stream; a proxy waits for it as long as it takes.
    public static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setInitialFetchTimeout(ZERO)
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }

    /// A gRPC service behind a cluster of the bootstrap.
    public static GrpcService.Builder grpc(String cluster) {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(cluster));
    }
}
