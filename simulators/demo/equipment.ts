/** Rooms of a made-up school and what stands in them. Only some classrooms are equipped, as in the plans' pilot years. */
import { type Device, device } from '../../contracts/device.ts';
import type { GatewayId } from '../../contracts/ids.ts';
import { type Room, type RoomKind, room, type School } from '../../contracts/places.ts';
import type { Random } from '../random.ts';
import { DEMO_KIND, type DemoKind } from './kinds.ts';
import type { DemoLevel } from './names.ts';

export interface Equipment {
  readonly rooms: readonly Room[];
  readonly devices: readonly Device[];
}

/** Classroom numbers follow the floor: 101…110, 201…210. */
const ROOMS_PER_FLOOR = 10;
const PRESCHOOL_GROUPS = ['Mầm', 'Chồi', 'Lá'] as const;

/** Two gates where one would not let everybody through before the bell. */
const SECOND_GATE_FROM_PUPILS = 1_100;

export function equip(of: {
  readonly school: School;
  readonly level: DemoLevel;
  readonly classrooms: number;
  readonly gateway: GatewayId;
  readonly random: Random;
}): Equipment {
  const rooms: Room[] = [];
  const devices: Device[] = [];

  const addRoom = (id: string, name: string, kind: RoomKind): Room => {
    const added = room.parse({ id, school: of.school.id, name, kind });
    rooms.push(added);
    return added;
  };
  const addDevice = (part: DemoKind, id: string, where: Room | undefined): void => {
    devices.push(
      device.parse({
        id,
        school: of.school.id,
        enrolment: 'enrolled',
        kind: DEMO_KIND[part],
        room: where?.id ?? null,
        gateway: of.gateway,
        codec: null,
        model: null,
        options: {},
        firstSeenAt: null,
      }),
    );
  };

  const classrooms = Array.from({ length: of.classrooms }, (_, index) => {
    const number = `${Math.floor(index / ROOMS_PER_FLOOR) + 1}${String((index % ROOMS_PER_FLOOR) + 1).padStart(2, '0')}`;
    return { number, room: addRoom(`p${number}`, classroomName(of.level, index, number), 'classroom') };
  });
  const equipClassrooms = (count: number): void => {
    for (const { number, room } of classrooms.slice(0, count)) addDevice('air', `air-${number}`, room);
  };
  const addKitchen = (): void => {
    const kitchen = addRoom('kitchen', 'Bếp ăn', 'kitchen');
    addDevice('fridge', 'fridge-kitchen', kitchen);
    addDevice('gas', 'gas-kitchen', kitchen);
    addDevice('smoke', 'smoke-kitchen', kitchen);
  };

  switch (of.level) {
    case 'mam_non':
      equipClassrooms(of.random.integer(3, 5));
      addDevice('air', 'air-sleep', addRoom('sleep', 'Phòng ngủ trưa', 'dormitory'));
      addKitchen();
      break;
    case 'tieu_hoc':
      equipClassrooms(of.random.integer(5, 7));
      addDevice('counter', 'counter-library', addRoom('library', 'Thư viện', 'library'));
      // Half of the primary schools keep pupils over noon and cook for them.
      if (of.random.chance(0.5)) addKitchen();
      break;
    case 'thcs': {
      equipClassrooms(of.random.integer(5, 6));
      const lab = addRoom('lab', 'Phòng bộ môn Khoa học tự nhiên', 'lab');
      addDevice('air', 'air-lab', lab);
      addDevice('gas', 'gas-lab', lab);
      addDevice('smoke', 'smoke-lab', lab);
      addDevice('medicine', 'fridge-health', addRoom('health', 'Phòng y tế', 'other'));
      addDevice('counter', 'counter-library', addRoom('library', 'Thư viện', 'library'));
      break;
    }
  }

  const gate = addRoom('gate', 'Cổng chính', 'gate');
  addDevice('gate', 'gate-1', gate);
  if ((of.school.students ?? 0) >= SECOND_GATE_FROM_PUPILS) addDevice('gate', 'gate-2', gate);
  addDevice('meter', 'meter-main', addRoom('office', 'Văn phòng', 'office'));
  return { rooms, devices };
}

function classroomName(level: DemoLevel, index: number, number: string): string {
  if (level !== 'mam_non') return `Phòng học ${number}`;
  const group = PRESCHOOL_GROUPS[index % PRESCHOOL_GROUPS.length] ?? PRESCHOOL_GROUPS[0];
  return `Lớp ${group} ${Math.floor(index / PRESCHOOL_GROUPS.length) + 1}`;
}
