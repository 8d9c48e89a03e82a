package dev.jobstream.tools;

/** What a test leaves out because the machine lacks something, said where nobody overlooks it. */
public final class NotTested {

    private NotTested() {}

    /** @param what is not tested, and for lack of what */
    public static void say(String what) {
        System.err.println("\n*** NOT TESTED: " + what + ". ***\n");
    }
}
