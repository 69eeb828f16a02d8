package io.meltemi.proxy.observe.accesslog.als;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.meltemi.proxy.observe.AddressText;

/// Addresses as Envoy's protobufs. Immutable.
final class AddressProto {
    private AddressProto() {}

    static Address of(AddressText address) {
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
