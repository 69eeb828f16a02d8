package io.meltemi.proxy.observe;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;

/// Addresses as Envoy's protobufs. Immutable.
public final class AddressProto {
    private AddressProto() {}

    /// A socket address, or the path of a Unix socket.
    public static Address of(AddressText address) {
        if (!address.isIp()) {
            return Address.newBuilder().setPipe(Pipe.newBuilder().setPath(address.ip())).build();
        }
        return Address.newBuilder()
                .setSocketAddress(
                        SocketAddress.newBuilder()
                                .setAddress(address.ip())
                                .setPortValue(address.port()))
                .build();
    }
}
