package io.meltemi.bench.soak;

import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.ProxyEnvironment;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;

/// Our proxy in a JVM of its own, whose memory is that of the proxy alone. Ends when its standard
/// input does.
final class SoakedProxy {
    private SoakedProxy() {}

    /// @param arguments the bootstrap file
    public static void main(String... arguments) throws IOException, ConfigRefusedException {
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(1, Transport.choose("auto").handlers());
        try (Proxy _ =
                Proxy.start(
                        new BootstrapReader().read(Path.of(arguments[0])),
                        ProxyEnvironment.of(loops, 1))) {
            while (System.in.read() >= 0) {
                // Whoever started us says nothing, and goes some day.
            }
        }
        System.exit(0);
    }
}
