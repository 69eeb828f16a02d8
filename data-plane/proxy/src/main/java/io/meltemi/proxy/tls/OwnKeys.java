package io.meltemi.proxy.tls;

import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import java.security.KeyStore;
import java.security.Provider;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Gives key managers of our own to Netty, which wants a factory. Pure.
final class OwnKeys {
    private OwnKeys() {}

    /// A factory that converts keys and chains for OpenSSL once and not per handshake.
    static KeyManagerFactory factory(X509ExtendedKeyManager keys) {
        return new OpenSslCachingX509KeyManagerFactory(new Factory(keys));
    }

    private static final class Factory extends KeyManagerFactory {
        Factory(X509ExtendedKeyManager keys) {
            super(new Spi(keys), new None(), "own");
        }
    }

    private static final class None extends Provider {
        private static final long serialVersionUID = 1L;

        None() {
            super("meltemi", "1", "holds nothing");
        }
    }

    private static final class Spi extends KeyManagerFactorySpi {
        private final X509ExtendedKeyManager keys;

        Spi(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

        @Override
        protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
        }
    }
}
