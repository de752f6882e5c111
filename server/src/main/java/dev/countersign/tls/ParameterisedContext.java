package dev.countersign.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context whose accepted sockets have our parameters. Helidon 4.5 with {@code useNio(false)} (see
 * {@code dev.countersign.http.TimedReads} for why we need that) takes sockets from the context's factory and hands on neither the
 * protocols nor whether clients are asked for a certificate.
 */
final class ParameterisedContext extends SSLContext {
    ParameterisedContext(SSLContext context, SSLParameters parameters) {
        super(new Spi(context, parameters), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final SSLParameters parameters;

        Spi(SSLContext context, SSLParameters parameters) {
            this.context = context;
            this.parameters = parameters;
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("The context is initialised");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(context.getSocketFactory(), parameters);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }

    /** Speaks TLS over accepted connections, and opens none. */
    private static final class Sockets extends SSLSocketFactory {
        private final SSLSocketFactory sockets;
        private final SSLParameters parameters;

        Sockets(SSLSocketFactory sockets, SSLParameters parameters) {
            this.sockets = sockets;
            this.parameters = parameters;
        }

        @Override
        public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
                throws IOException {
            var socket = (SSLSocket) sockets.createSocket(accepted, consumed, autoClose);
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw onlyAccepted();
        }

        private static IOException onlyAccepted() {
            return new IOException("Only accepted connections");
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }
    }
}
