package io.meltemi.proxy.tls;

import java.util.List;

/// A TLS configuration or secret that cannot be used. Names every path that is wrong.
public final class TlsConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public TlsConfigException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public TlsConfigException(String problem, Throwable cause) {
        super(problem, cause);
        this.problems = List.of(problem);
    }

    public TlsConfigException(String problem) {
        this(List.of(problem));
    }

    /// One sentence for each path.
    public List<String> problems() {
        return problems;
    }
}
