package io.meltemi.agent.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.meltemi.agent.identity.CertificateRequest;
import io.meltemi.agent.identity.IdentityKeeper;
import io.meltemi.agent.identity.Pem;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.agent.identity.TestAuthority;
import io.meltemi.agent.identity.WorkloadKey;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.xds.proto.spiffe.JWTBundlesRequest;
import io.meltemi.xds.proto.spiffe.JWTSVIDRequest;
import io.meltemi.xds.proto.spiffe.SpiffeWorkloadAPIGrpc;
import io.meltemi.xds.proto.spiffe.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub;
import io.meltemi.xds.proto.spiffe.ValidateJWTSVIDRequest;
import io.meltemi.xds.proto.spiffe.X509BundlesRequest;
import io.meltemi.xds.proto.spiffe.X509BundlesResponse;
import io.meltemi.xds.proto.spiffe.X509SVID;
import io.meltemi.xds.proto.spiffe.X509SVIDRequest;
import io.meltemi.xds.proto.spiffe.X509SVIDResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkloadApiTest {
    private static final SpiffeId ID = new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    private final TestAuthority authority = new TestAuthority();
    private final BlockingQueue<WorkloadSecrets> renewed = new LinkedBlockingQueue<>();
    private final WorkloadSecrets first = secrets();
    private final List<Runnable> ends = new ArrayList<>();

    @AfterEach
    void end() {
        ends.reversed().forEach(Runnable::run);
    }

    private WorkloadSecrets secrets() {
        WorkloadKey key = WorkloadKey.generate();
        try {
            List<String> pem =
                    authority.sign(CertificateRequest.of(key, ID).pem(), Duration.ofHours(1));
            return new WorkloadSecrets(
                    Pem.readCertificates(pem.getFirst()),
                    key.pair().getPrivate(),
                    Pem.readCertificates(pem.getLast()));
        } catch (CertificateException e) {
            throw new IllegalStateException("an authority signs certificates", e);
        }
    }

    /// Is renewed whenever the test has something new.
    private IdentityKeeper keeper() {
        IdentityKeeper keeper =
                IdentityKeeper.start(
                        first,
                        _ -> {
                            try {
                                return renewed.take();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        },
                        new Rotation(Duration.ofHours(1), 1e-9, 0, Duration.ofMillis(10)),
                        Clock.systemUTC());
        ends.add(keeper::close);
        return keeper;
    }

    private ManagedChannel channel(Clock clock) throws IOException {
        String name = InProcessServerBuilder.generateName();
        Server server =
                InProcessServerBuilder.forName(name)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .addService(WorkloadApi.of(keeper(), clock))
                        .build()
                        .start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        ends.add(server::shutdownNow);
        ends.add(channel::shutdownNow);
        return channel;
    }

    private static Metadata header() {
        Metadata header = new Metadata();
        header.put(Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER), "true");
        return header;
    }

    private static SpiffeWorkloadAPIBlockingStub client(ManagedChannel channel) {
        return SpiffeWorkloadAPIGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(header()));
    }

    private SpiffeWorkloadAPIBlockingStub client() throws IOException {
        return client(channel(Clock.systemUTC()));
    }

    private static X509Certificate leaf(X509SVIDResponse response) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        response.getSvids(0).getX509Svid().toByteArray()));
    }

    @Test
    void anApplicationIsGivenWhatItsSidecarHas() throws Exception {
        X509SVIDResponse response =
                client().fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next();

        assertThat(response.getSvidsList()).hasSize(1);
        X509SVID svid = response.getSvids(0);
        assertThat(svid.getSpiffeId()).isEqualTo(ID.toString());
        assertThat(leaf(response)).isEqualTo(first.leaf());
        assertThat(svid.getBundle().toByteArray()).isEqualTo(authority.root().getEncoded());
        assertThat(
                        KeyFactory.getInstance("EC")
                                .generatePrivate(
                                        new PKCS8EncodedKeySpec(
                                                svid.getX509SvidKey().toByteArray())))
                .isEqualTo(first.key());
    }

    @Test
    void eachNewCertificateIsPushed() throws Exception {
        Iterator<X509SVIDResponse> stream =
                client().fetchX509SVID(X509SVIDRequest.getDefaultInstance());
        stream.next();
        for (int i = 0; i < 3; i++) {
            WorkloadSecrets next = secrets();
            renewed.add(next);

            assertThat(leaf(stream.next())).isEqualTo(next.leaf());
        }
    }

    @Test
    void bundlesGoByTheirTrustDomain() throws Exception {
        X509BundlesResponse response =
                client().fetchX509Bundles(X509BundlesRequest.getDefaultInstance()).next();

        assertThat(response.getBundlesMap()).containsOnlyKeys("spiffe://cluster.local");
        assertThat(response.getBundlesOrThrow("spiffe://cluster.local").toByteArray())
                .isEqualTo(authority.root().getEncoded());
    }

    @Test
    void whoDoesNotSendTheHeaderIsSentAway() throws Exception {
        ManagedChannel channel = channel(Clock.systemUTC());

        assertThatThrownBy(() ->
                        SpiffeWorkloadAPIGrpc.newBlockingStub(channel)
                                .fetchX509SVID(X509SVIDRequest.getDefaultInstance())
                                .next())
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT: security header missing");
    }

    @Test
    void aCertificateThatHasEndedIsNoIdentity() throws Exception {
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
        SpiffeWorkloadAPIBlockingStub client = client(channel(later));

        assertThatThrownBy(() -> client.fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next())
                .hasMessageContaining("PERMISSION_DENIED: no identity issued");
    }

    @Test
    void jwtSvidsAreNotServed() throws Exception {
        SpiffeWorkloadAPIBlockingStub client = client();

        assertThatThrownBy(() -> client.fetchJWTSVID(JWTSVIDRequest.getDefaultInstance()))
                .hasMessageContaining("UNIMPLEMENTED: this mesh's authority signs X.509");
        assertThatThrownBy(
                        () -> client.validateJWTSVID(ValidateJWTSVIDRequest.getDefaultInstance()))
                .hasMessageContaining("UNIMPLEMENTED");
        assertThatThrownBy(
                        () -> client.fetchJWTBundles(JWTBundlesRequest.getDefaultInstance()).next())
                .hasMessageContaining("UNIMPLEMENTED");
    }

    @Test
    void streamsAreBoundedAndOneThatEndsMakesPlace() throws Exception {
        SpiffeWorkloadAPIBlockingStub client = client();
        io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
        context.run(() -> {
            for (int i = 0; i < WorkloadApi.MOST_STREAMS; i++) {
                client.fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next();
            }
        });
        assertThatThrownBy(() -> client.fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next())
                .hasMessageContaining("RESOURCE_EXHAUSTED: this workload has 100 streams");

        context.cancel(null);

        while (true) {
            try {
                client.fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next();
                return;
            } catch (StatusRuntimeException e) {
                assertThat(e).hasMessageContaining("RESOURCE_EXHAUSTED");
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whoReadsSlowlyIsGivenTheNewest() throws Exception {
        Slow slow = new Slow();
        SpiffeWorkloadAPIGrpc.newStub(channel(Clock.systemUTC()))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(header()))
                .fetchX509SVID(X509SVIDRequest.getDefaultInstance(), slow);
        WorkloadSecrets last = first;
        for (int i = 0; i < 100; i++) {
            last = secrets();
            renewed.add(last);
        }
        while (!renewed.isEmpty()) {
            Thread.onSpinWait();
        }

        int seen = 0;
        BigInteger serial;
        do {
            serial = leaf(slow.next()).getSerialNumber();
            seen++;
        } while (!serial.equals(last.leaf().getSerialNumber()));

        assertThat(seen).isLessThan(50);
    }

    /// Takes one answer when it is asked to.
    @SuppressWarnings("NullAway.Init") // gRPC calls beforeStart() first.
    private static final class Slow
            implements ClientResponseObserver<X509SVIDRequest, X509SVIDResponse> {
        private final BlockingQueue<X509SVIDResponse> answers = new LinkedBlockingQueue<>();
        private ClientCallStreamObserver<X509SVIDRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<X509SVIDRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        X509SVIDResponse next() throws InterruptedException {
            call.request(1);
            X509SVIDResponse answer = answers.poll(30, TimeUnit.SECONDS);
            assertThat(answer).as("an answer within 30 s").isNotNull();
            return answer;
        }

        @Override
        public void onNext(X509SVIDResponse response) {
            answers.add(response);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
