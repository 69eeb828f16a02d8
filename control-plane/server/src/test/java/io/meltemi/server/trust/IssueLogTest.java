package io.meltemi.server.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.sender.Proof;
import io.meltemi.citadel.service.IssueEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IssueLogTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");
    private static final Clock NOW =
            Clock.fixed(Instant.parse("2026-03-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir Path folder;

    @Test
    void aLineSaysWhoAskedHowAndWhatCameOfIt() throws IOException {
        IssueLog log = new IssueLog(folder, NOW);
        log.heard(new IssueEvent.Unproven("join token: used"));
        log.heard(new IssueEvent.Limited(INVOICE, Proof.CERTIFICATE));
        log.heard(new IssueEvent.Refused(INVOICE, Proof.JOIN_TOKEN, "names \"x\"\nand a\\b"));

        assertThat(Files.readAllLines(folder.resolve("certificates.jsonl")))
                .containsExactly(
                        "{\"time\":\"2026-03-01T00:00:00Z\",\"outcome\":\"unproven\",\"reason\":\"join token: used\"}",
                        "{\"time\":\"2026-03-01T00:00:00Z\",\"outcome\":\"limited\",\"identity\":\"spiffe://cluster.local/ns/shop/sa/invoice\",\"proof\":\"certificate\"}",
                        "{\"time\":\"2026-03-01T00:00:00Z\",\"outcome\":\"refused\",\"identity\":\"spiffe://cluster.local/ns/shop/sa/invoice\",\"proof\":\"join_token\",\"reason\":\"names"
                                + " \\\"x\\\"\\u000aand a\\\\b\"}");
    }

    @Test
    void whatIsKeptIsBounded() throws IOException {
        IssueLog log = new IssueLog(folder, 200, NOW);
        for (int i = 0; i < 100; i++) {
            log.heard(new IssueEvent.Unproven("join token: used"));
        }

        try (var files = Files.list(folder)) {
            List<Path> kept = files.toList();
            assertThat(kept).hasSize(5);
            assertThat(kept).allSatisfy(f -> assertThat(Files.size(f)).isLessThanOrEqualTo(200));
        }
    }
}
