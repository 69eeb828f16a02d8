package io.meltemi.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MutualTlsTest {
    private static final String SHOP = "spiffe://cluster.local/ns/shop/sa/web";
    private static final String CATALOG = "spiffe://cluster.local/ns/shop/sa/catalog";

    private final TestAuthority root = new TestAuthority("mesh root");
    private final TlsLoopback loopback = new TlsLoopback();
    private final SecretStore serverSecrets = new SecretStore();
    private final SecretStore clientSecrets = new SecretStore();
    private final TlsContexts serverContexts = new TlsContexts(serverSecrets, new StatsStore(1));
    private final TlsContexts clientContexts = new TlsContexts(clientSecrets, new StatsStore(1));

    @AfterEach
    void close() {
        loopback.close();
        serverContexts.close();
        clientContexts.close();
    }

    private void issueBoth() {
        serverSecrets.put(TlsProtos.secret("default", root.issue(CATALOG)));
        serverSecrets.put(TlsProtos.bundle("ROOTCA", root.pem()));
        clientSecrets.put(TlsProtos.secret("default", root.issue(SHOP)));
        clientSecrets.put(TlsProtos.bundle("ROOTCA", root.pem()));
    }

    private DownstreamTls server(String... alpn) {
        return serverContexts.downstream(
                TlsProtos.server(TlsProtos.meshTls(List.of(), alpn)), "listener", "listener.test.");
    }

    private UpstreamTls client(String expected, String... alpn) {
        return client(clientContexts, expected, alpn);
    }

    private static UpstreamTls client(TlsContexts contexts, String expected, String... alpn) {
        return contexts.upstream(
                TlsProtos.client(
                        TlsProtos.meshTls(List.of(TlsProtos.uri(expected)), alpn),
                        "outbound_.80_._.catalog.shop.svc.cluster.local"),
                "cluster",
                "cluster.test.");
    }

    @Test
    void nativeLibraryIsUsedHere() {
        assertThat(OpenSsl.isAvailable()).as("%s", OpenSsl.unavailabilityCause()).isTrue();
    }

    @Test
    void bothSidesLearnWhoTheOtherIs() {
        issueBoth();
        Channel listening = loopback.serve(server("h2"));

        TlsLoopback.End client = loopback.connect(listening, client(CATALOG, "h2"));

        assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
        PeerIdentity seenByClient = Objects.requireNonNull(client.peer());
        assertThat(seenByClient.verifiedUri()).isEqualTo(CATALOG);
        PeerIdentity seenByServer = Objects.requireNonNull(loopback.accepted().peer());
        assertThat(seenByServer.uriSans()).containsExactly(SHOP);
        assertThat(seenByServer.isVerified()).isTrue();
        assertThat(seenByServer.subject()).isEqualTo("CN=leaf");
        assertThat(seenByServer.sha256Fingerprint()).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "istio-h2 istio h2, istio-peer-exchange istio h2 http/1.1, istio",
        "istio-http/1.1 istio http/1.1, istio-http/1.1 istio http/1.1, istio-http/1.1",
        "h2 http/1.1, h2 http/1.1, h2",
        "http/1.1, h2 http/1.1, http/1.1"
    })
    void serverChoosesTheFirstOfItsProtocolsThatTheClientOffers(
            String offered, String accepted, String chosen) {
        issueBoth();
        Channel listening = loopback.serve(server(accepted.split(" ", -1)));

        TlsLoopback.End client =
                loopback.connect(listening, client(CATALOG, offered.split(" ", -1)));

        assertThat(client.protocol()).isEqualTo(chosen);
        assertThat(loopback.accepted().protocol()).isEqualTo(chosen);
    }

    @Test
    void whatAConnectionIsToOfferGoesBeforeTheConfiguration() {
        issueBoth();
        Channel listening = loopback.serve(server("istio-peer-exchange", "istio", "istio-h2"));
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        UpstreamTls tls = client(CATALOG, "istio-peer-exchange", "istio");

        AlpnOffer http = new AlpnOffer.Instead(List.of("istio-h2", "istio", "h2"));
        AlpnOffer fallback = new AlpnOffer.Fallback(List.of("istio-h2"));

        assertThat(loopback.connect(address, tls).protocol()).isEqualTo("istio-peer-exchange");
        assertThat(loopback.connect(address, tls, http).protocol()).isEqualTo("istio");
        assertThat(loopback.connect(address, tls, fallback).protocol())
                .isEqualTo("istio-peer-exchange");
        assertThat(loopback.connect(address, client(CATALOG), fallback).protocol())
                .isEqualTo("istio-h2");
    }

    @Test
    void anyNumberOfOffersIsServed() {
        issueBoth();
        Channel listening = loopback.serve(server("istio"));
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        UpstreamTls tls = client(CATALOG, "h2");

        for (int i = 0; i < 70; i++) {
            AlpnOffer offer = new AlpnOffer.Instead(List.of("protocol-" + i, "istio"));
            assertThat(loopback.connect(address, tls, offer).protocol()).isEqualTo("istio");
        }
    }

    @Test
    void noCommonProtocolIsNoReasonToFail() {
        issueBoth();
        Channel listening = loopback.serve(server("h2"));

        TlsLoopback.End client = loopback.connect(listening, client(CATALOG, "mysql"));

        assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
        assertThat(client.protocol()).isNull();
    }

    @Test
    void serverWithTheWrongNameIsRefusedInWords() {
        issueBoth();
        Channel listening = loopback.serve(server());
        UpstreamTls wanted = client("spiffe://cluster.local/ns/shop/sa/other");

        TlsLoopback.End client = loopback.connect(listening, wanted);

        assertThat(Objects.requireNonNull(client.failure()).message())
                .isEqualTo(
                        "certificate of 127.0.0.1:"
                                + TlsTexts.port(listening)
                                + ": URI SAN "
                                + CATALOG
                                + " is not among spiffe://cluster.local/ns/shop/sa/other");
        assertThat(wanted.stats().failVerifySan()).isEqualTo(1);
        assertThat(loopback.accepted().failure()).isNotNull();
    }

    @Test
    void clientWithTheWrongNameIsRefused() {
        issueBoth();
        DownstreamTls picky =
                serverContexts.downstream(
                        TlsProtos.server(TlsProtos.meshTls(List.of(TlsProtos.uri(CATALOG)))),
                        "listener",
                        "listener.test.");
        Channel listening = loopback.serve(picky);

        loopback.connect(listening, client(CATALOG));

        assertThat(Objects.requireNonNull(loopback.accepted().failure()).message())
                .contains("URI SAN " + SHOP + " is not among " + CATALOG);
        assertThat(picky.stats().failVerifySan()).isEqualTo(1);
    }

    @Test
    void clientOfAnUnknownAuthorityIsRefused() {
        issueBoth();
        clientSecrets.put(TlsProtos.secret("default", new TestAuthority("stranger").issue(SHOP)));
        DownstreamTls tls = server();
        Channel listening = loopback.serve(tls);

        loopback.connect(listening, client(CATALOG));

        assertThat(Objects.requireNonNull(loopback.accepted().failure()).message())
                .contains("its issuer CN=stranger is not among the trusted authorities")
                .contains("CN=mesh root");
        assertThat(tls.stats().failVerifyError()).isEqualTo(1);
    }

    @Test
    void expiredClientIsRefused() {
        issueBoth();
        clientSecrets.put(TlsProtos.secret("default", root.issueExpired(SHOP)));
        DownstreamTls tls = server();
        Channel listening = loopback.serve(tls);

        loopback.connect(listening, client(CATALOG));

        assertThat(Objects.requireNonNull(loopback.accepted().failure()).message())
                .contains("it expired at ");
        assertThat(tls.stats().failVerifyError()).isEqualTo(1);
    }

    @Test
    void clientWithoutACertificateIsRefused() {
        issueBoth();
        DownstreamTls tls = server();
        Channel listening = loopback.serve(tls);
        UpstreamTls anonymous =
                clientContexts.upstream(
                        TlsProtos.client(CommonTlsContext.getDefaultInstance(), ""),
                        "cluster",
                        "cluster.test.");

        loopback.connect(listening, anonymous);

        assertThat(Objects.requireNonNull(loopback.accepted().failure()).message())
                .endsWith("showed no certificate, and one is required");
        assertThat(tls.stats().failVerifyNoCert()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void peerWithoutABundleIsAClaimNotAProof(boolean bundle) {
        issueBoth();
        CommonTlsContext.Builder common =
                CommonTlsContext.newBuilder()
                        .addTlsCertificates(TlsProtos.certificate(root.issue(CATALOG)));
        if (bundle) {
            common.setValidationContext(
                    CertificateValidationContext.newBuilder()
                            .setTrustedCa(TlsProtos.inline(root.pem())));
        }
        Channel listening =
                loopback.serve(
                        serverContexts.downstream(
                                TlsProtos.server(common.build()), "listener", "listener.test."));

        loopback.connect(listening, client(CATALOG));

        PeerIdentity peer = Objects.requireNonNull(loopback.accepted().peer());
        assertThat(peer.uriSans()).containsExactly(SHOP);
        assertThat(peer.isVerified()).isEqualTo(bundle);
        assertThat(peer.verifiedUri()).isEqualTo(bundle ? SHOP : null);
    }

    @Test
    void rotationChangesNewConnectionsAndKeepsOpenOnes() {
        issueBoth();
        Channel listening = loopback.serve(server());
        UpstreamTls tls = client(CATALOG);
        TlsLoopback.End before = loopback.connect(listening, tls);
        String first = Objects.requireNonNull(before.peer()).serial();

        serverSecrets.put(TlsProtos.secret("default", root.issue(CATALOG)));
        TlsLoopback.End after = loopback.connect(listening, tls);

        assertThat(Objects.requireNonNull(after.peer()).serial()).isNotEqualTo(first);
        assertThat(TlsLoopback.echo(before, "still here")).isEqualTo("still here");
        assertThat(TlsLoopback.echo(after, "new")).isEqualTo("new");
    }

    @Test
    void rotatedBundleRefusesWhomTheOldOneTook() {
        issueBoth();
        Channel listening = loopback.serve(server());
        UpstreamTls tls = client(CATALOG);
        loopback.connect(listening, tls);
        assertThat(loopback.accepted().failure()).isNull();

        // The client may hold a ticket of the first connection: it must not help.
        serverSecrets.put(TlsProtos.bundle("ROOTCA", new TestAuthority("new root").pem()));
        loopback.connect(listening, tls);

        assertThat(loopback.accepted().failure()).isNotNull();
    }

    @Test
    void sameSecretAgainKeepsTheContext() {
        issueBoth();
        TestAuthority.Issued issued = root.issue(CATALOG);
        serverSecrets.put(TlsProtos.secret("default", issued));
        StoredSecret first = serverSecrets.find("default");

        serverSecrets.put(TlsProtos.secret("default", issued));

        assertThat(serverSecrets.find("default")).isSameAs(first);
    }

    @Test
    void connectionsAreClosedWhileSecretsAreMissing() {
        DownstreamTls tls = server();

        assertThat(tls.isReady()).isFalse();
        assertThat(tls.secretNames()).containsExactly("default", "ROOTCA");
        issueBoth();
        assertThat(tls.isReady()).isTrue();
    }

    @Test
    void rsaKeysServeAsWell() {
        issueBoth();
        serverSecrets.put(TlsProtos.secret("default", root.issueRsa(CATALOG)));
        Channel listening = loopback.serve(server());

        TlsLoopback.End client = loopback.connect(listening, client(CATALOG));

        assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
    }

    @Test
    void jdkServesWhereTheNativeLibraryIsMissing() {
        issueBoth();
        try (TlsContexts jdk =
                new TlsContexts(serverSecrets, new StatsStore(1), new ContextFactory(false))) {
            DownstreamTls tls =
                    jdk.downstream(
                            TlsProtos.server(TlsProtos.meshTls(List.of(), "h2")),
                            "listener",
                            "listener.test.");
            Channel listening = loopback.serve(tls);
            UpstreamTls plainName =
                    clientContexts.upstream(
                            TlsProtos.client(
                                    TlsProtos.meshTls(List.of(TlsProtos.uri(CATALOG)), "h2"),
                                    "catalog.shop"),
                            "cluster",
                            "cluster.test.");

            TlsLoopback.End client = loopback.connect(listening, plainName);

            assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
            assertThat(client.protocol()).isEqualTo("h2");
            assertThat(Objects.requireNonNull(loopback.accepted().peer()).verifiedUri())
                    .isEqualTo(SHOP);
        }
    }

    @Test
    void jdkConnectsWhereTheNativeLibraryIsMissing() {
        issueBoth();
        Channel listening = loopback.serve(server("h2"));
        try (TlsContexts jdk =
                new TlsContexts(clientSecrets, new StatsStore(1), new ContextFactory(false))) {
            TlsLoopback.End client = loopback.connect(listening, client(jdk, CATALOG, "h2"));

            assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
            assertThat(client.protocol()).isEqualTo("h2");
        }
        assertThat(Objects.requireNonNull(loopback.accepted().peer()).verifiedUri())
                .isEqualTo(SHOP);
    }

    @Test
    void equalConfigurationsShareAContextUntilTheLastIsClosed() {
        DownstreamTlsContext config = TlsProtos.server(TlsProtos.meshTls(List.of()));
        DownstreamTls one = serverContexts.downstream(config, "a", "listener.test.");
        DownstreamTls two = serverContexts.downstream(config, "b", "listener.test.");
        assertThat(serverContexts.size()).isEqualTo(1);

        one.close();
        one.close();

        assertThat(serverContexts.size()).isEqualTo(1);
        two.close();
        assertThat(serverContexts.size()).isZero();
    }

    @Test
    void openConnectionOutlivesItsConfiguration() {
        issueBoth();
        DownstreamTls tls = server();
        Channel listening = loopback.serve(tls);
        UpstreamTls upstream = client(CATALOG);
        TlsLoopback.End client = loopback.connect(listening, upstream);

        tls.close();
        upstream.close();

        assertThat(TlsLoopback.echo(client, "still here")).isEqualTo("still here");
    }

    @Test
    void unverifiedServerIsTakenWhenNothingIsAskedOfIt() {
        issueBoth();
        Channel listening =
                loopback.serve(
                        serverContexts.downstream(
                                DownstreamTlsContext.newBuilder()
                                        .setCommonTlsContext(
                                                CommonTlsContext.newBuilder()
                                                        .addTlsCertificates(
                                                                TlsProtos.certificate(
                                                                        root.issue("shop.test"))))
                                        .build(),
                                "listener",
                                "listener.test."));
        UpstreamTls anything =
                clientContexts.upstream(
                        UpstreamTlsContext.getDefaultInstance(), "cluster", "cluster.test.");

        TlsLoopback.End client = loopback.connect(listening, anything);

        assertThat(TlsLoopback.echo(client, "hello")).isEqualTo("hello");
        assertThat(Objects.requireNonNull(client.peer()).dnsSans()).containsExactly("shop.test");
        assertThat(Objects.requireNonNull(client.peer()).isVerified()).isFalse();
        assertThat(loopback.accepted().peer()).isNull();
    }
}
