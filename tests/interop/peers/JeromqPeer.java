// A peer that runs JeroMQ. remote_peer.py explains the lines that it reads and writes.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.zeromq.ZMQ;

public final class JeromqPeer {
    private static final int WAIT_MS = 30_000;
    private static final ZMQ.Context CONTEXT = ZMQ.context(1);
    private static ZMQ.Socket socket;

    private static int typeOf(String name) throws ReflectiveOperationException {
        return ZMQ.class.getField(name).getInt(null);
    }

    private static byte[] partOf(String word) {
        if (word.equals("-")) {
            return new byte[0];
        }
        if (word.startsWith("@")) {
            String[] numbers = word.substring(1).split("\\.");
            byte[] part = new byte[Integer.parseInt(numbers[0])];
            for (int n = 0; n < part.length; n++) {
                part[n] = (byte) (7 * (n % 251) + Integer.parseInt(numbers[1]));
            }
            return part;
        }
        byte[] part = new byte[word.length() / 2];
        for (int n = 0; n < part.length; n++) {
            part[n] = (byte) Integer.parseInt(word.substring(2 * n, 2 * n + 2), 16);
        }
        return part;
    }

    private static String wordOf(byte[] part) {
        if (part.length == 0) {
            return "-";
        }
        if (part.length > 32) {
            CRC32 crc = new CRC32();
            crc.update(part, 0, part.length);
            return String.format("#%d.%08x", part.length, crc.getValue());
        }
        StringBuilder word = new StringBuilder();
        for (byte one : part) {
            word.append(String.format("%02x", one));
        }
        return word.toString();
    }

    private static String send(List<byte[]> parts) throws InterruptedException {
        for (int n = 0; n < parts.size(); n++) {
            int flags = n + 1 < parts.size() ? ZMQ.SNDMORE : 0;
            for (int tries = WAIT_MS / 5; !socket.send(parts.get(n), flags); tries--) {
                if (tries == 0) {
                    throw new IllegalStateException("it was not sent");
                }
                Thread.sleep(5);
            }
        }
        return "";
    }

    private static List<byte[]> receive(int timeoutMs) {
        socket.setReceiveTimeOut(timeoutMs);
        List<byte[]> parts = new ArrayList<>();
        do {
            byte[] part = socket.recv();
            if (part == null) {
                return null;
            }
            parts.add(part);
        } while (socket.hasReceiveMore());
        return parts;
    }

    private static byte[] withFirst(int first, byte[] topic) {
        byte[] part = new byte[topic.length + 1];
        part[0] = (byte) first;
        System.arraycopy(topic, 0, part, 1, topic.length);
        return part;
    }

    private static byte[] partOfNumber(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    private static String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "version":
                return ZMQ.getVersionString();
            case "open":
                socket = CONTEXT.socket(typeOf(words[1]));
                socket.setLinger(WAIT_MS);
                if (socket.getType() == ZMQ.ROUTER) {
                    socket.setRouterMandatory(true);
                }
                return "";
            case "routing-id":
                socket.setIdentity(partOf(words[1]));
                return "";
            case "bind":
                if (!words[1].endsWith("*")) {
                    socket.bind(words[1]);
                    return words[1];
                }
                return "tcp://127.0.0.1:" + socket.bindToRandomPort("tcp://127.0.0.1");
            case "connect":
                socket.connect(words[1]);
                return "";
            case "subscribe":
            case "unsubscribe":
                boolean on = words[0].equals("subscribe");
                if (socket.getType() == ZMQ.XSUB) {
                    return send(Arrays.asList(withFirst(on ? 1 : 0, partOf(words[1]))));
                } else if (on) {
                    socket.subscribe(partOf(words[1]));
                } else {
                    socket.unsubscribe(partOf(words[1]));
                }
                return "";
            case "send": {
                List<byte[]> parts = new ArrayList<>();
                for (int n = 1; n < words.length; n++) {
                    parts.add(partOf(words[n]));
                }
                return send(parts);
            }
            case "receive": {
                List<byte[]> parts = receive(words.length > 1 ? Integer.parseInt(words[1]) : WAIT_MS);
                if (parts == null) {
                    return "nothing";
                }
                StringBuilder answer = new StringBuilder();
                for (byte[] part : parts) {
                    answer.append(answer.length() == 0 ? "" : " ").append(wordOf(part));
                }
                return answer.toString();
            }
            case "send-numbers":
                for (long n = 0; n < Long.parseLong(words[2]); n++) {
                    send(Arrays.asList(partOfNumber(Long.parseLong(words[1]) + n)));
                }
                return "";
            case "receive-numbers":
                for (long n = 0; n < Long.parseLong(words[2]); n++) {
                    List<byte[]> parts = receive(WAIT_MS);
                    byte[] expected = partOfNumber(Long.parseLong(words[1]) + n);
                    if (parts == null || !Arrays.equals(parts.get(0), expected)) {
                        return "wrong: after " + n + " messages, the next is not the expected one";
                    }
                }
                return "all";
            case "close":
                socket.close();
                CONTEXT.term();
                return "";
            default:
                throw new IllegalArgumentException("JeroMQ has no " + words[0]);
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            try {
                System.out.println(("ok " + obey(line.trim().split(" "))).trim());
            } catch (Exception error) {
                System.out.println("error " + error);
            }
            System.out.flush();
        }
        System.exit(0);
    }
}
