package dev.jobstream.bootstrap.standalone;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * What a SIGTERM does to the standalone server: the same whole shut-down as ever, but with 0 as the exit code. By default it
 * is 143, which tells an orchestrator that the process was killed. Nothing for a host, whose process is not ours.
 */
final class StopSignal {

    private StopSignal() {}

    /**
     * Has SIGTERM call {@code System.exit(0)}, from which on all goes as it would without. The JDK's {@code sun.misc.Signal}
     * is called by name, since the compiler warns of it and has nothing else to offer. Where signals are not the process's
     * own, as with {@code -Xrs}, all stays as it is.
     */
    static void exitsWithZero() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object exit =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, of) -> {
                        if (method.getName().equals("handle")) {
                            System.exit(0);
                        }
                        return null;
                    });
            Object term = signal.getConstructor(String.class).newInstance("TERM");
            signal.getMethod("handle", signal, handler).invoke(null, term, exit);
        } catch (ReflectiveOperationException e) {
            if (e instanceof InvocationTargetException && e.getCause() instanceof IllegalArgumentException) {
                return; // The signal is in use.
            }
            throw new IllegalStateException("this JDK does not let its signals be handled", e);
        }
    }
}
