package io.meltemi.citadel.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.Ticker;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.RootFolder;
import io.meltemi.citadel.ca.RootSchedule;
import io.meltemi.citadel.ca.SelfSignedRoots;
import io.meltemi.citadel.issuer.ReviewAuthenticator;
import io.meltemi.citadel.issuer.ServiceAccountName;
import io.meltemi.citadel.issuer.TokenReviewer.Review;
import io.meltemi.citadel.sender.AuthenticatorChain;
import io.meltemi.citadel.sender.CertificateAuthenticator;
import io.meltemi.citadel.sender.JoinTokenAuthenticator;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.token.JoinTokens;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAdapterTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    @TempDir Path folder;
    private final JoinTokens tokens = new JoinTokens(Duration.ofMinutes(5), Ticker.SYSTEM);
    private Optional<SpiffeId> proven = Optional.empty();
    private final List<IssueEvent> heard = new CopyOnWriteArrayList<>();
    private io.grpc.Server server;
    private io.grpc.ManagedChannel channel;

    @BeforeEach
    void serve() throws Exception {
        var roots =
                SelfSignedRoots.open(
                        new RootFolder(folder, Optional.empty()),
                        TrustDomain.CLUSTER_LOCAL,
                        RootSchedule.of(Duration.ofHours(1)),
                        Clock.systemUTC());
        var authority = new CertificateAuthority(roots, Duration.ofHours(1), Clock.systemUTC());
        String name = InProcessServerBuilder.generateName();
        server =
                InProcessServerBuilder.forName(name)
                        .addService(
                                ServerInterceptors.intercept(
                                        new CertificateAdapter(
                                                authority,
                                                new AuthenticatorChain(
                                                        List.of(
                                                                new CertificateAuthenticator(),
                                                                new JoinTokenAuthenticator(tokens),
                                                                new ReviewAuthenticator(
                                                                        this::review,
                                                                        TrustDomain
                                                                                .CLUSTER_LOCAL))),
                                                () -> proven,
                                                new IssueLimits(1, 2, () -> 0),
                                                heard::add),
                                        new BearerToken()))
                        .build()
                        .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void aStrangerIsSentAway() {
        assertThat(refusal("")).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal("guessed")).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void aTokenIsSpentEvenByABadRequest() {
        String token = tokens.issue(INVOICE);

        assertThat(refusal(token)).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal(token)).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void aCertificateSparesTheToken() {
        String token = tokens.issue(INVOICE);
        proven = Optional.of(INVOICE);

        assertThat(refusal(token)).isEqualTo(Status.Code.INVALID_ARGUMENT);

        assertThat(tokens.redeem(token)).contains(INVOICE);
    }

    @Test
    void whoAsksTooOftenIsToldSo() {
        proven = Optional.of(INVOICE);
        refusal("");
        refusal("");

        assertThat(refusal("")).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    /// What is heard is written down, and a token may still be good when its request was bad.
    @Test
    void nothingHeardHoldsAToken() {
        String token = tokens.issue(INVOICE);
        refusal("guessed-token");
        refusal(token);

        assertThat(heard).hasSize(2);
        assertThat(heard.toString()).doesNotContain("guessed-token").doesNotContain(token);
    }

    @Test
    void everyRequestIsHeardOf() {
        refusal("guessed");
        proven = Optional.of(INVOICE);
        refusal("");

        assertThat(heard)
                .satisfiesExactly(
                        stranger -> assertThat(stranger).isInstanceOf(IssueEvent.Unproven.class),
                        refused ->
                                assertThat(refused)
                                        .isInstanceOfSatisfying(
                                                IssueEvent.Refused.class,
                                                r -> {
                                                    assertThat(r.identity()).isEqualTo(INVOICE);
                                                    assertThat(r.reason())
                                                            .contains("not a certificate request");
                                                }));
    }

    private Review review(String token) throws IOException {
        return switch (token) {
            case "account" -> new Review.Account(new ServiceAccountName("shop", "invoice"));
            case "asked in vain" -> throw new IOException("no route");
            default -> new Review.Unknown("not of this cluster");
        };
    }

    @Test
    void whatProvesNothingHereIsLookedAtByTheNext() {
        assertThat(refusal("account")).isEqualTo(Status.Code.INVALID_ARGUMENT);

        assertThat(heard)
                .singleElement()
                .isInstanceOfSatisfying(
                        IssueEvent.Refused.class,
                        r -> {
                            assertThat(r.identity()).isEqualTo(INVOICE);
                            assertThat(r.proof()).isEqualTo(Proof.SERVICE_ACCOUNT);
                        });
    }

    @Test
    void everyoneWhoDoesNotKnowTheSenderSaysWhy() {
        assertThat(refusal("guessed")).isEqualTo(Status.Code.UNAUTHENTICATED);

        assertThat(heard)
                .containsExactly(
                        new IssueEvent.Unproven(
                                "join token: unknown, used or too old; token review: not of this cluster"));
    }

    @Test
    void whoCannotBeJudgedNowMayComeBack() {
        assertThat(refusal("asked in vain")).isEqualTo(Status.Code.UNAVAILABLE);

        assertThat(heard)
                .singleElement()
                .isInstanceOfSatisfying(
                        IssueEvent.Unproven.class,
                        u -> assertThat(u.reason()).contains("no route"));
    }

    private Status.Code refusal(String token) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + token);
        var stub =
                IstioCertificateServiceGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        StatusRuntimeException refused =
                Assertions.catchThrowableOfType(
                        StatusRuntimeException.class,
                        () ->
                                stub.createCertificate(
                                        IstioCertificateRequest.newBuilder()
                                                .setCsr("nonsense")
                                                .build()));
        return refused.getStatus().getCode();
    }
}
