package io.meltemi.server.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.issuer.IdentityRule;
import io.meltemi.citadel.issuer.ReviewAuthenticator;
import io.meltemi.citadel.issuer.ServiceAccountName;
import io.meltemi.citadel.issuer.TokenIssuer;
import io.meltemi.citadel.issuer.TokenIssuers;
import io.meltemi.citadel.issuer.TokenReviewer.Review;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.service.BearerToken;
import io.meltemi.server.port.EventLoops;
import io.meltemi.server.port.Guard;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateResponse;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc;
import io.meltemi.xds.server.PeerIdentity;
import io.meltemi.xds.server.XdsServerPort;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an istio-agent sends, over TLS: `authorization` with the token of its pod, `ClusterID`, and
/// a request as Istio's `pkg/pki/util` makes it (one RSA, one EC, made with Go's `crypto/x509`).
final class IstioAgentTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    @TempDir Path folder;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private ECKey key;
    private XdsServerPort port;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("a").generate();
        Path keys = folder.resolve("keys.json");
        Files.writeString(keys, new JWKSet(key).toPublicJWKSet().toString());
        Trust trust =
                Trust.open(
                        AuthoritySettings.ofOwnRoots(Duration.ofHours(24)),
                        folder,
                        new SpiffeId(TrustDomain.CLUSTER_LOCAL, "istio-system", "istiod"),
                        new PrometheusRegistry());
        TokenIssuers issuers =
                TokenIssuers.open(
                        List.of(
                                new TokenIssuer(
                                        ISSUER,
                                        Set.of("istio-ca"),
                                        new TokenIssuer.Keys.File(keys),
                                        new IdentityRule.ServiceAccount(),
                                        TokenIssuer.USUAL_SKEW)),
                        TrustDomain.CLUSTER_LOCAL,
                        KeyFetchSettings.DEFAULT,
                        Clock.systemUTC());
        List<Authenticator> senders = new ArrayList<>(issuers.authenticators());
        senders.add(
                new ReviewAuthenticator(
                        token ->
                                token.equals("known to the cluster")
                                        ? new Review.Account(
                                                new ServiceAccountName("shop", "invoice"))
                                        : new Review.Unknown("the cluster does not know it"),
                        TrustDomain.CLUSTER_LOCAL));
        EventLoops loops = new EventLoops(1);
        port =
                XdsServerPort.tls(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        trust.tls(),
                        loops.tcp(),
                        List.of(Guard.behind(trust.certificates(senders), new BearerToken())));
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port.hostPort().port())
                        .sslContext(
                                GrpcSslContexts.forClient()
                                        .trustManager(trust.keys().trust().roots())
                                        .build())
                        .overrideAuthority("istiod.istio-system.svc")
                        .build();
        parts.addAll(List.of(channel::shutdownNow, port, issuers, trust, loops));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec"})
    void aPodsTokenBecomesACertificateOfItsAccount(String kind) throws Exception {
        IstioCertificateResponse answer =
                ask(
                        token("system:serviceaccount:shop:invoice"),
                        request(kind, Struct.newBuilder()));

        // Istio's agents want a chain of two at least, the root last.
        assertThat(answer.getCertChainList()).hasSizeGreaterThan(1);
        X509Certificate leaf = certificate(answer.getCertChain(0));
        leaf.verify(certificate(answer.getCertChainList().getLast()).getPublicKey());
        assertThat(PeerIdentity.of(leaf)).contains(INVOICE);
        assertThat(leaf.getPublicKey().getAlgorithm()).isEqualTo(kind.equals("rsa") ? "RSA" : "EC");
        assertThat(audit()).contains("\"outcome\":\"issued\"").contains("\"proof\":\"jwt\"");
    }

    @Test
    void aClusterThatKnowsTheTokenSuffices() throws Exception {
        ask("known to the cluster", request("ec", Struct.newBuilder()));

        assertThat(audit()).contains("\"proof\":\"service_account\"");
    }

    @Test
    void whoIsRefusedStandsInTheRecordWithoutToken() throws Exception {
        String token = token("system:node:shop");

        Status status = refusal(token, request("ec", Struct.newBuilder()));

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription()).doesNotContain("subject");
        assertThat(audit())
                .contains("\"outcome\":\"unproven\"")
                .contains("token of " + ISSUER + ": its subject is not of the form")
                .contains("token review: the cluster does not know it")
                .doesNotContain(token);
    }

    @Test
    void anotherAccountsNameIsRefused() throws Exception {
        Status status =
                refusal(
                        token("system:serviceaccount:shop:product"),
                        request("ec", Struct.newBuilder()));

        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("/sa/invoice").contains("/sa/product");
    }

    @Test
    void whatOnlyIstiosAuthorityHasIsRefusedByName() throws Exception {
        String token = token("system:serviceaccount:shop:invoice");
        for (String field : List.of("CertSigner", "ImpersonatedIdentity")) {
            Status status =
                    refusal(
                            token,
                            request(
                                    "ec",
                                    Struct.newBuilder()
                                            .putFields(
                                                    field,
                                                    Value.newBuilder()
                                                            .setStringValue("x")
                                                            .build())));

            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).contains("metadata." + field);
        }
    }

    private String token(String subject) throws Exception {
        SignedJWT jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("a").build(),
                        new JWTClaimsSet.Builder()
                                .issuer(ISSUER)
                                .subject(subject)
                                .audience("istio-ca")
                                .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
                                .build());
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    /// Istio always names a signer, mostly none.
    private static IstioCertificateRequest request(String kind, Struct.Builder metadata)
            throws Exception {
        try (InputStream csr =
                IstioAgentTest.class.getResourceAsStream("/istio-agent/" + kind + ".csr.pem")) {
            metadata.mergeFrom(
                    Struct.newBuilder()
                            .putFields(
                                    "CertSigner",
                                    metadata.getFieldsOrDefault(
                                            "CertSigner",
                                            Value.newBuilder().setStringValue("").build()))
                            .build());
            return IstioCertificateRequest.newBuilder()
                    .setCsr(
                            new String(
                                    Objects.requireNonNull(csr).readAllBytes(),
                                    StandardCharsets.US_ASCII))
                    .setValidityDuration(86_400)
                    .setMetadata(metadata)
                    .build();
        }
    }

    private IstioCertificateResponse ask(String token, IstioCertificateRequest request) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("Authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        headers.put(Metadata.Key.of("ClusterID", Metadata.ASCII_STRING_MARSHALLER), "Kubernetes");
        return IstioCertificateServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .createCertificate(request);
    }

    private Status refusal(String token, IstioCertificateRequest request) {
        try {
            return Status.OK.withDescription(ask(token, request).toString());
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    private static X509Certificate certificate(String pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private String audit() throws Exception {
        return Files.readString(folder.resolve("audit/certificates.jsonl"));
    }
}
