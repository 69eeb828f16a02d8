package io.meltemi.cli.demo.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TlsRecordsTest {
    private static final byte[] HANDSHAKE = {22, 3, 1, 0, 2, 7, 7};
    private static final byte[] DATA = {23, 3, 3, 0, 1, 9};

    @Test
    void recordsOneAfterTheOtherAreTls() {
        assertThat(TlsRecords.only(joined(HANDSHAKE, DATA))).isTrue();
    }

    @Test
    void aLastRecordMayBeCutOff() {
        assertThat(TlsRecords.only(joined(HANDSHAKE, new byte[] {23, 3, 3, 0, 9, 1}))).isTrue();
    }

    @Test
    void aRequestInClearIsNotTls() {
        byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        assertThat(TlsRecords.only(request)).isFalse();
        assertThat(TlsRecords.only(joined(HANDSHAKE, request))).isFalse();
    }

    @Test
    void aRecordLongerThanAnyIsNotTls() {
        assertThat(TlsRecords.only(new byte[] {23, 3, 3, 0x7f, 0x7f, 1})).isFalse();
    }

    @Test
    void nothingIsNotTls() {
        assertThat(TlsRecords.only(new byte[0])).isFalse();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = new byte[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
