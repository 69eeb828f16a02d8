package io.meltemi.agent;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meltemi.agent.identity.TestAuthority;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateResponse;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc;
import io.meltemi.xds.proto.control.ControlGrpc;
import io.meltemi.xds.proto.control.JoinTokenRequest;
import io.meltemi.xds.proto.control.JoinTokenResponse;
import io.meltemi.xds.proto.nds.NameTable;
import io.meltemi.xds.proto.registry.DeregisterRequest;
import io.meltemi.xds.proto.registry.DeregisterResponse;
import io.meltemi.xds.proto.registry.HeartbeatRequest;
import io.meltemi.xds.proto.registry.HeartbeatResponse;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Lease;
import io.meltemi.xds.proto.registry.RegistryGrpc;
import io.meltemi.xds.snapshot.ResourceType;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// A control plane that lets workloads in, signs, lists and names; its words are the test's
/// evidence. Thread-safe.
public final class FakeControlPlane implements AutoCloseable {
    public static final String SERVER_NAME = "meltemi.local";

    private static final Context.Key<String> CALLER = Context.key("caller");
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final TestAuthority authority = new TestAuthority();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Set<String> leases = ConcurrentHashMap.newKeySet();
    private final Words words;
    private final Duration certificateLife;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Server server;

    /// Hears what happens.
    public interface Words {
        void say(String what);
    }

    public FakeControlPlane(InetSocketAddress address, Duration certificateLife, Words words)
            throws IOException {
        this.words = words;
        this.certificateLife = certificateLife;
        WorkloadSecrets own = authority.server(SERVER_NAME);
        server =
                NettyServerBuilder.forAddress(address)
                        .sslContext(
                                GrpcSslContexts.configure(
                                                SslContextBuilder.forServer(
                                                        own.key(), own.leaf(), authority.root()),
                                                SslProvider.JDK)
                                        .trustManager(authority.root())
                                        .clientAuth(ClientAuth.OPTIONAL)
                                        .build())
                        .intercept(new Callers())
                        .addService(new Authority())
                        .addService(new Registry())
                        .addService(new Names())
                        .build()
                        .start();
    }

    /// Arguments: control socket.
    public static void main(String[] args) throws IOException, InterruptedException {
        FakeControlPlane plane =
                new FakeControlPlane(
                        new InetSocketAddress("10.77.0.1", 15012),
                        Duration.ofHours(1),
                        System.out::println);
        Path socket = Path.of(args[0]);
        Files.deleteIfExists(socket);
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(plane.loop)
                .workerEventLoopGroup(plane.loop)
                .addService(plane.new Control())
                .build()
                .start()
                .awaitTermination();
    }

    public int port() {
        return server.getPort();
    }

    public TestAuthority authority() {
        return authority;
    }

    /// A token as the control socket would give.
    public String token() {
        String token = UUID.randomUUID().toString();
        tokens.add(token);
        return token;
    }

    /// Forgets all leases, as a restart would.
    public void forgetLeases() {
        leases.clear();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = loop.shutdownGracefully();
    }

    /// Who calls: the certificate's URI, or the token, once.
    private final class Callers implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String caller = proven(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            String authorization = headers.get(AUTHORIZATION);
            if (authorization != null
                    && authorization.startsWith("Bearer ")
                    && tokens.remove(authorization.substring(7))) {
                caller = "token";
            }
            if (caller.isEmpty()) {
                call.close(Status.UNAUTHENTICATED.withDescription("no proof"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, caller), call, headers, next);
        }

        private static String proven(@Nullable SSLSession session) {
            if (session == null) {
                return "";
            }
            try {
                X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
                return leaf.getSubjectAlternativeNames().iterator().next().get(1).toString();
            } catch (SSLPeerUnverifiedException | java.security.cert.CertificateException _) {
                return "";
            }
        }
    }

    private final class Control extends ControlGrpc.ControlImplBase {
        @Override
        public void issueJoinToken(
                JoinTokenRequest request, StreamObserver<JoinTokenResponse> response) {
            response.onNext(
                    JoinTokenResponse.newBuilder()
                            .setToken(token())
                            .setRootCertificate(authority.rootPem())
                            .build());
            response.onCompleted();
        }
    }

    private final class Authority
            extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
        @Override
        public void createCertificate(
                IstioCertificateRequest request,
                StreamObserver<IstioCertificateResponse> response) {
            words.say("signed for " + CALLER.get());
            response.onNext(
                    IstioCertificateResponse.newBuilder()
                            .addAllCertChain(authority.sign(request.getCsr(), certificateLife))
                            .build());
            response.onCompleted();
        }
    }

    private final class Registry extends RegistryGrpc.RegistryImplBase {
        @Override
        public void register(Instance instance, StreamObserver<Lease> response) {
            String lease = instance.getWorkload() + "-" + UUID.randomUUID();
            leases.add(lease);
            words.say("registered " + instance.getWorkload() + " by " + CALLER.get());
            response.onNext(
                    Lease.newBuilder()
                            .setLeaseId(lease)
                            .setTtl(Durations.fromSeconds(3))
                            .setHeartbeatInterval(Durations.fromMillis(100))
                            .build());
            response.onCompleted();
        }

        @Override
        public StreamObserver<HeartbeatRequest> heartbeat(
                StreamObserver<HeartbeatResponse> responses) {
            return new StreamObserver<>() {
                private String last = "";

                @Override
                public void onNext(HeartbeatRequest beat) {
                    String now = beat.getLeaseId().replaceAll("-[0-9a-f-]{36}$", "");
                    now = now + " " + beat.getHealth();
                    if (!now.equals(last)) {
                        words.say("beat " + now);
                        last = now;
                    }
                    responses.onNext(
                            HeartbeatResponse.newBuilder()
                                    .setLeaseId(beat.getLeaseId())
                                    .setVerdict(
                                            leases.contains(beat.getLeaseId())
                                                    ? HeartbeatResponse.Verdict.KEPT
                                                    : HeartbeatResponse.Verdict.UNKNOWN_LEASE)
                                    .build());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }

        @Override
        public void deregister(
                DeregisterRequest request, StreamObserver<DeregisterResponse> response) {
            leases.remove(request.getLeaseId());
            words.say("deregistered " + request.getLeaseId().replaceAll("-[0-9a-f-]{36}$", ""));
            response.onNext(DeregisterResponse.getDefaultInstance());
            response.onCompleted();
        }
    }

    /// Knows one name.
    private static final class Names
            extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(DeltaDiscoveryRequest request) {
                    if (!request.getResponseNonce().isEmpty()) {
                        return;
                    }
                    NameTable table =
                            NameTable.newBuilder()
                                    .putTable(
                                            "invoice.shop.svc.cluster.local",
                                            NameTable.NameInfo.newBuilder()
                                                    .addIps("240.240.0.3")
                                                    .build())
                                    .build();
                    responses.onNext(
                            DeltaDiscoveryResponse.newBuilder()
                                    .setTypeUrl(ResourceType.NAME_TABLE.typeUrl())
                                    .setNonce("1")
                                    .addResources(
                                            Resource.newBuilder()
                                                    .setName("names")
                                                    .setVersion("1")
                                                    .setResource(
                                                            Any.newBuilder()
                                                                    .setTypeUrl(
                                                                            ResourceType.NAME_TABLE
                                                                                    .typeUrl())
                                                                    .setValue(
                                                                            table.toByteString())))
                                    .build());
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }
}
