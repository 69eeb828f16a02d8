package io.meltemi.proxy.tls;

import java.util.concurrent.atomic.LongAdder;

/// Counts what happened to TLS connections, under Envoy's names (`ssl.handshake`). Thread-safe.
public final class TlsStats {
    final LongAdder handshake = new LongAdder();
    final LongAdder noCertificate = new LongAdder();
    final LongAdder connectionError = new LongAdder();
    final LongAdder failVerifyNoCert = new LongAdder();
    final LongAdder failVerifyError = new LongAdder();
    final LongAdder failVerifySan = new LongAdder();
    final LongAdder failVerifyCertHash = new LongAdder();

    public long handshake() {
        return handshake.sum();
    }

    public long noCertificate() {
        return noCertificate.sum();
    }

    public long connectionError() {
        return connectionError.sum();
    }

    public long failVerifyNoCert() {
        return failVerifyNoCert.sum();
    }

    public long failVerifyError() {
        return failVerifyError.sum();
    }

    public long failVerifySan() {
        return failVerifySan.sum();
    }

    public long failVerifyCertHash() {
        return failVerifyCertHash.sum();
    }
}
