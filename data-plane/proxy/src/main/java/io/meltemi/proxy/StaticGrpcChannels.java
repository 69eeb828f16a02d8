package io.meltemi.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.meltemi.proxy.transport.Transport;
import io.meltemi.xds.message.Anys;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Dials the first endpoint of a static cluster: TCP or a Unix socket, plain or TLS with
/// certificates from files or inline. Thread-safe.
final class StaticGrpcChannels implements GrpcChannels {
    private static final IntegerUnixChannelOption SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);

    private final Map<String, Cluster> clusters = new HashMap<>();
    private final EventLoopGroup eventLoops;
    private final int socketMark;

    /// Guarded by this.
    private final Map<String, ManagedChannel> channels = new HashMap<>();

    StaticGrpcChannels(Bootstrap bootstrap, EventLoopGroup eventLoops, int socketMark) {
        for (Cluster cluster : bootstrap.getStaticResources().getClustersList()) {
            clusters.put(cluster.getName(), cluster);
        }
        this.eventLoops = eventLoops;
        this.socketMark = socketMark;
    }

    @Override
    public synchronized ManagedChannel channel(String clusterName) {
        ManagedChannel known = channels.get(clusterName);
        if (known == null) {
            known = dial(clusterName);
            channels.put(clusterName, known);
        }
        return known;
    }

    private ManagedChannel dial(String name) {
        Cluster cluster = clusters.get(name);
        if (cluster == null) {
            throw new IllegalArgumentException(
                    "cluster '" + name + "' is not among static_resources.clusters");
        }
        if (cluster.getLoadAssignment().getEndpointsCount() == 0
                || cluster.getLoadAssignment().getEndpoints(0).getLbEndpointsCount() == 0) {
            throw new IllegalArgumentException("cluster '" + name + "' has no endpoint");
        }
        Address address =
                cluster.getLoadAssignment()
                        .getEndpoints(0)
                        .getLbEndpoints(0)
                        .getEndpoint()
                        .getAddress();
        NettyChannelBuilder builder = builder(address).eventLoopGroup(eventLoops);
        if (!cluster.hasTransportSocket()) {
            return builder.usePlaintext().build();
        }
        return tls(builder, cluster).build();
    }

    private NettyChannelBuilder builder(Address address) {
        Transport transport = Transport.of(eventLoops.next());
        if (address.hasPipe()) {
            SocketAddress pipe = new DomainSocketAddress(address.getPipe().getPath());
            SocketAddress path = transport.address(pipe);
            return NettyChannelBuilder.forAddress(path)
                    .channelType(transport.client(pipe), path.getClass())
                    .overrideAuthority("localhost");
        }
        SocketAddress inet =
                new InetSocketAddress(
                        address.getSocketAddress().getAddress(),
                        address.getSocketAddress().getPortValue());
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(inet).channelType(transport.client(inet));
        return socketMark == 0 || !transport.isNative()
                ? builder
                : builder.withOption(SO_MARK, socketMark);
    }

    private static NettyChannelBuilder tls(NettyChannelBuilder builder, Cluster cluster) {
        try {
            UpstreamTlsContext context =
                    Anys.unpack(
                            cluster.getTransportSocket().getTypedConfig(),
                            UpstreamTlsContext.class);
            CommonTlsContext common = context.getCommonTlsContext();
            SslContextBuilder ssl = GrpcSslContexts.forClient();
            if (common.getValidationContext().hasTrustedCa()) {
                ssl.trustManager(open(common.getValidationContext().getTrustedCa()));
            }
            if (common.getTlsCertificatesCount() > 0) {
                ssl.keyManager(
                        open(common.getTlsCertificates(0).getCertificateChain()),
                        open(common.getTlsCertificates(0).getPrivateKey()));
            }
            if (!context.getSni().isEmpty()) {
                builder.overrideAuthority(context.getSni());
            }
            return builder.sslContext(ssl.build());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "cluster '" + cluster.getName() + "': transport_socket is not TLS", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cluster '" + cluster.getName() + "': " + e.getMessage(), e);
        }
    }

    private static InputStream open(DataSource source) throws IOException {
        return switch (source.getSpecifierCase()) {
            case FILENAME -> Files.newInputStream(Path.of(source.getFilename()));
            case INLINE_STRING ->
                    new ByteArrayInputStream(
                            source.getInlineString().getBytes(StandardCharsets.UTF_8));
            case INLINE_BYTES -> new ByteArrayInputStream(source.getInlineBytes().toByteArray());
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET ->
                    throw new IOException("a certificate is neither a file nor inline");
        };
    }

    @Override
    public synchronized void close() {
        for (ManagedChannel channel : channels.values()) {
            channel.shutdownNow();
        }
        try {
            for (ManagedChannel channel : channels.values()) {
                channel.awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        channels.clear();
    }
}
