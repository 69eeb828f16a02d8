package io.meltemi.testkit.differential;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.base.net.HostPort;
import io.meltemi.proxy.Proxy;
import io.meltemi.proxy.ProxyEnvironment;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.http.Draining;
import io.meltemi.proxy.transport.Transport;
import io.meltemi.testkit.AdminClient;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Our proxy in this JVM, on one event loop as Envoy runs on one worker. Confined to its test.
public final class OurProxy implements ProxyUnderTest {
    /// As often as the Envoy beside it.
    private static final Duration LOG_FLUSH = Duration.ofMillis(20);

    private final EventLoopGroup loops;
    private final Proxy proxy;
    private final AdminClient admin;

    private OurProxy(EventLoopGroup loops, Proxy proxy) {
        this.loops = loops;
        this.proxy = proxy;
        this.admin = new AdminClient(HostPort.parse(proxy.adminAddress()).port());
    }

    /// The transports a case is played over: the usual one and, by turns, one of the others; with
    /// `-Dtransport=all` each that this system offers, with `-Dtransport=NAME` that one.
    ///
    /// @param name of the case; what is about TLS or HTTP/2 is about the same bytes on each
    static List<Transport> transports(String name) {
        String chosen = System.getProperty("transport", "");
        if (!chosen.isEmpty() && !chosen.equals("all")) {
            return List.of(Transport.choose(chosen));
        }
        Transport other = (name.hashCode() & 1) == 0 ? Transport.IO_URING : Transport.NIO;
        return Arrays.stream(Transport.values())
                .filter(each ->
                        chosen.equals("all")
                                || each == Transport.EPOLL
                                || (each == other
                                        && !name.contains("tls")
                                        && !name.contains("http2")))
                .filter(Transport::isAvailable)
                .toList();
    }

    /// Starts it on a bootstrap without `admin`.
    ///
    /// @throws IOException also when it refuses the bootstrap, with what it says
    public static OurProxy start(String bootstrap) throws IOException {
        return start(bootstrap, Transport.choose("auto"), Draining.Time.DEFAULT);
    }

    /// @param transport what moves its bytes
    static OurProxy start(String bootstrap, Transport transport) throws IOException {
        return start(bootstrap, transport, Draining.Time.DEFAULT);
    }

    /// @param drainTime what connections of listeners and filter chains that go have left
    static OurProxy start(String bootstrap, Draining.Time drainTime) throws IOException {
        return start(bootstrap, Transport.choose("auto"), drainTime);
    }

    private static OurProxy start(String bootstrap, Transport transport, Draining.Time drainTime)
            throws IOException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, transport.handlers());
        try {
            Bootstrap read =
                    new BootstrapReader()
                            .tree(AdminClient.ON_A_FREE_PORT + bootstrap, "bootstrap.yaml");
            return new OurProxy(
                    loops,
                    Proxy.start(
                            read,
                            ProxyEnvironment.of(loops, 1)
                                    .flushingLogs(LOG_FLUSH)
                                    .draining(drainTime)));
        } catch (ConfigRefusedException e) {
            Future<?> _ = loops.shutdownGracefully();
            throw new IOException("our proxy refuses the bootstrap: " + e.problems(), e);
        }
    }

    @Override
    public AdminClient admin() {
        return admin;
    }

    @Override
    public String log() {
        return "it runs in this JVM";
    }

    @Override
    public void close() {
        proxy.close();
        Future<?> _ = loops.shutdownGracefully();
    }
}
