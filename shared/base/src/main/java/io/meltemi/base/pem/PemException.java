package io.meltemi.base.pem;

/// A text that does not hold what it should. The message goes on after the text's name, and says
/// nothing of the content: `contains no private key in PEM`.
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String problem) {
        super(problem);
    }

    PemException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
